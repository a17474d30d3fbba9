/**
 * A small internet for one delegation: a root, its top-level domains, and the zone above the example zone, each a server of
 * its own at addresses that the tools take for public ones. All of it is on the loopback interface of a network namespace.
 */

/** The example zone's two name servers; both are geopool, as two servers with the same files would be. */
export const NAME_SERVERS = {
  'ns1.dl.example.org': { ipv4: '185.49.141.53', ipv6: '2a04:b901::53' },
  'ns2.example.net': { ipv4: '193.110.81.53', ipv6: '2001:67c:2b4::53' },
} as const;
const [NS1, NS2] = [NAME_SERVERS['ns1.dl.example.org'], NAME_SERVERS['ns2.example.net']];

export interface UpperServer {
  readonly ipv4: string;
  readonly ipv6: string;
  /** Zone files by the zone's name. */
  readonly zones: Readonly<Record<string, string>>;
}

const ROOT = { ipv4: '198.41.0.4', ipv6: '2001:503:ba3e::2:30' };
const TOP = { ipv4: '199.19.56.1', ipv6: '2001:500:e::1' };
const ABOVE = { ipv4: '185.49.140.10', ipv6: '2a04:b900::10' };

const NUMBERS = '1 14400 3600 1209600 3600';
const TOP_HEAD = `$TTL 86400\n@ SOA a.nic.org. hostmaster.example.org. ${NUMBERS}\n@ NS a.nic.org.\n`;
const ABOVE_HEAD = `$TTL 86400\n@ SOA ns.example.org. hostmaster.example.org. ${NUMBERS}\n@ NS ns.example.org.\n`;

export const UPPER_SERVERS: Readonly<Record<'root' | 'top' | 'above', UpperServer>> = {
  root: {
    ...ROOT,
    zones: {
      '.': `$ORIGIN .
$TTL 86400
. SOA a.root-servers.net. hostmaster.example.org. ${NUMBERS}
. NS a.root-servers.net.
a.root-servers.net. A ${ROOT.ipv4}
a.root-servers.net. AAAA ${ROOT.ipv6}
org. NS a.nic.org.
net. NS a.nic.org.
arpa. NS a.nic.org.
a.nic.org. A ${TOP.ipv4}
a.nic.org. AAAA ${TOP.ipv6}
`,
    },
  },
  top: {
    ...TOP,
    zones: {
      org: `${TOP_HEAD}a.nic A ${TOP.ipv4}
a.nic AAAA ${TOP.ipv6}
example NS ns.example.org.
ns.example A ${ABOVE.ipv4}
ns.example AAAA ${ABOVE.ipv6}
`,
      net: `${TOP_HEAD}example NS ns.example.org.\nzonemaster NS ns.example.org.\n`,
      arpa: `${TOP_HEAD}in-addr NS ns.example.org.\nip6 NS ns.example.org.\n`,
    },
  },
  above: {
    ...ABOVE,
    zones: {
      // With what README.md says that the zone above needs: the name servers, and glue for the one inside.
      'example.org': `${ABOVE_HEAD}@ A 185.49.140.20
@ MX 10 mail.example.org.
mail A 185.49.140.20
ns A ${ABOVE.ipv4}
ns AAAA ${ABOVE.ipv6}
dl NS ns1.dl.example.org.
dl NS ns2.example.net.
ns1.dl A ${NS1.ipv4}
ns1.dl AAAA ${NS1.ipv6}
`,
      'example.net': `${ABOVE_HEAD}ns2 A ${NS2.ipv4}\nns2 AAAA ${NS2.ipv6}\n`,
      'in-addr.arpa': `${ABOVE_HEAD}53.141.49.185 PTR ns1.dl.example.org.\n53.81.110.193 PTR ns2.example.net.\n`,
      'ip6.arpa': `${ABOVE_HEAD}${nibbles('2a04b901', '53')} PTR ns1.dl.example.org.
${nibbles('2001067c02b4', '53')} PTR ns2.example.net.
`,
      // Where Zonemaster asks whose an address is.
      'zonemaster.net': `${ABOVE_HEAD}*.origin.asnlookup TXT "64500 | 185.49.141.0/24 | DE | ripencc |"\n`,
    },
  },
};

/** The name of an IPv6 address below ip6.arpa, from its first and its last digits. */
function nibbles(first: string, last: string): string {
  const digits = `${first}${last.padStart(32 - first.length, '0')}`;
  return [...digits].reverse().join('.');
}

/** The root hints of this world. */
export const HINTS = `. 3600000 NS a.root-servers.net.
a.root-servers.net. 3600000 A ${ROOT.ipv4}
a.root-servers.net. 3600000 AAAA ${ROOT.ipv6}
`;

/** The configuration of Knot DNS for one of the servers, whose files are in `directory`. */
export function knotConfig({ ipv4, ipv6, zones }: UpperServer, directory: string): string {
  const domains = Object.keys(zones).map(
    (zone) => `  - domain: "${zone}"\n    file: "${directory}/${fileOf(zone)}"\n`,
  );
  return `server:
    rundir: "${directory}"
    listen: [ "${ipv4}@53", "${ipv6}@53" ]
database:
    storage: "${directory}"
zone:
${domains.join('')}`;
}

/** The name of a zone's file. */
export function fileOf(zone: string): string {
  return `${zone === '.' ? 'root' : zone}.zone`;
}

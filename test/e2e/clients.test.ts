/**
 * dig, kdig and drill against the running server: what these programs make of its answers is what people will see.
 */
import t from 'tap';
import { hasIPv6 } from '../../src/server/endpoint.js';
import { startServer } from './server.js';
import { missing, runTool, type Tool } from './tools.js';

const LONG = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => letter.repeat(240));

const ZONE = `zone: dl.example.org
ns: [ns1.dl.example.org, ns2.example.net]
soa: { serial: 7, rname: hostmaster.example.org }
pools: { "@": { near_km: 0, answers: 2, probe: { type: none } }, six: { mirrors: [boreas], probe: { type: none } }, home: { mirrors: [estrela], probe: { type: none } } }
mirrors:
  aurora: { addresses: [192.0.2.1, "2001:db8::1"], location: { country: DE, latitude: 52.5, longitude: 13.4 } }
  boreas: { addresses: ["2001:db8::2"], location: { country: US, latitude: 41.9, longitude: -87.6 } }
  cascade: { addresses: [192.0.2.3, "2001:db8::3"], location: { country: JP, latitude: 35.7, longitude: 139.7 } }
  dune: { addresses: [192.0.2.4, "2001:db8::4"], location: { country: US, latitude: 37.3, longitude: -121.9 } }
  estrela: { addresses: [192.0.2.5], location: { country: JP }, only_countries: [JP] }
records:
  ns1: { A: [192.0.2.53], AAAA: ["2001:db8::53"] }
  "@": { TXT: ["a pool"], HTTPS: "1 . alpn=h2,h3 port=8443", MX: ["10 mail.example.org"], CAA: ['0 issue "ca.example.net"'] }
  long: { TXT: [${LONG.join(', ')}] }
  www: { CNAME: dl.example.org }
  "*.wild": { A: 192.0.2.99 }
  _https._tcp: { SRV: "0 0 443 dl.example.org" }
  old: { HTTPS: 0 dl.example.org }
  _dns: { SVCB: '1 ns1.dl.example.org mandatory=alpn key667="a\\210" ipv4hint=192.0.2.53,192.0.2.54 alpn=dot' }
  sub: { NS: [ns.sub.dl.example.org], DS: "60485 13 2 ${'ab'.repeat(32)}" }
  ns.sub: { A: 192.0.2.77 }
  strings: { TXT: ['"one two" "\\"three\\""'] }
`;

interface Case {
  readonly ask: string;
  /** All of them are in what the tool prints. */
  readonly expect: readonly RegExp[];
  readonly not?: RegExp;
}

const DIG: readonly Case[] = [
  {
    ask: 'dl.example.org A',
    expect: [/NOERROR/, /flags: qr aa rd; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 1/],
  },
  { ask: 'dl.example.org A', expect: [/^dl\.example\.org\.\s+60\s+IN\s+A\s+192\.0\.2\.\d$/m, /udp: 1232/] },
  { ask: 'dl.example.org AAAA', expect: [/ANSWER: 2,/, /\tAAAA\t2001:db8::\d$/m] },
  {
    ask: 'dl.example.org SOA',
    expect: [/\tSOA\tns1\.dl\.example\.org\. hostmaster\.example\.org\. 7 \d+ \d+ \d+ 60$/m],
  },
  {
    ask: 'dl.example.org NS',
    expect: [
      /\tNS\tns1\.dl\./,
      /\tNS\tns2\.example\.net\.$/m,
      /^ns1\.dl\.example\.org\.\s.*\tAAAA\t2001:db8::53$/m,
    ],
  },
  { ask: 'dl.example.org TXT', expect: [/\tTXT\t"a pool"$/m] },
  { ask: 'dl.example.org CAA', expect: [/\tCAA\t0 issue "ca\.example\.net"$/m] },
  { ask: 'dl.example.org MX', expect: [/\tMX\t10 mail\.example\.org\.$/m] },
  { ask: '_https._tcp.dl.example.org SRV', expect: [/\tSRV\t0 0 443 dl\.example\.org\.$/m] },
  { ask: 'dl.example.org ANY', expect: [/ANSWER: 1,/, /\tHINFO\t"RFC8482" ""$/m, /\(TCP\)$/m] },
  { ask: 'dl.example.org ANY +notcp', expect: [/\tHINFO\t"RFC8482" ""$/m, /\(UDP\)$/m] },
  { ask: 'dl.example.org A +tcp', expect: [/ANSWER: 2,/, /\(TCP\)$/m] },
  { ask: 'dL.eXaMpLe.OrG A', expect: [/^;dL\.eXaMpLe\.OrG\./m, /^dL\.eXaMpLe\.OrG\.\s/m] },
  {
    ask: 'www.dl.example.org A',
    expect: [/ANSWER: 3,/, /\tCNAME\tdl\.example\.org\.$/m, /\tA\t192\.0\.2\.\d$/m],
  },
  { ask: 'any.wild.dl.example.org A', expect: [/^any\.wild\.dl\.example\.org\..*\tA\t192\.0\.2\.99$/m] },
  {
    ask: 'gone.dl.example.org A',
    expect: [
      /NXDOMAIN/,
      /flags: qr aa rd; QUERY: 1, ANSWER: 0, AUTHORITY: 1/,
      /^dl\.example\.org\.\s+60\s+IN\s+SOA/m,
    ],
  },
  { ask: 'six.dl.example.org A', expect: [/NOERROR/, /ANSWER: 0, AUTHORITY: 1/, /\tSOA\t/] },
  { ask: 'wild.dl.example.org A', expect: [/NOERROR/, /ANSWER: 0, AUTHORITY: 1/] },
  { ask: 'dl.example.org HTTPS', expect: [/\tHTTPS\t1 \. alpn="h2,h3" port=8443$/m] },
  { ask: 'old.dl.example.org HTTPS', expect: [/\tHTTPS\t0 dl\.example\.org\.$/m] },
  {
    ask: '_dns.dl.example.org SVCB',
    expect: [
      /\tSVCB\t1 ns1\.dl\.example\.org\. mandatory=alpn alpn="dot" ipv4hint=192\.0\.2\.53,192\.0\.2\.54 key667="a\\210"$/m,
    ],
  },
  {
    ask: 'a.sub.dl.example.org A',
    expect: [
      /flags: qr rd; QUERY: 1, ANSWER: 0, AUTHORITY: 1, ADDITIONAL: 2/,
      /^sub\.dl\.example\.org\.\s+3600\s+IN\s+NS\s+ns\.sub\.dl\.example\.org\.$/m,
      /^ns\.sub\.dl\.example\.org\.\s+3600\s+IN\s+A\s+192\.0\.2\.77$/m,
    ],
  },
  {
    ask: 'sub.dl.example.org DS',
    expect: [/flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0/, /\tDS\t60485 13 2 (?:AB)+ /],
  },
  { ask: 'strings.dl.example.org TXT', expect: [/\tTXT\t"one two" "\\"three\\""$/m] },
  { ask: 'example.com A', expect: [/REFUSED/, /flags: qr rd; QUERY: 1, ANSWER: 0, AUTHORITY: 0/] },
  { ask: 'dl.example.org CH TXT', expect: [/REFUSED/] },
  { ask: 'dl.example.org A +opcode=notify', expect: [/opcode: NOTIFY, status: NOTIMP/] },
  { ask: 'dl.example.org A +opcode=update', expect: [/opcode: UPDATE, status: NOTIMP/] },
  { ask: 'dl.example.org A +edns=1 +noednsneg', expect: [/BADVERS/, /EDNS: version: 0,/, /ANSWER: 0,/] },
  { ask: 'dl.example.org A +noedns', expect: [/ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 0/], not: /EDNS/ },
  { ask: 'dl.example.org A +dnssec', expect: [/EDNS: version: 0, flags: do;/] },
  { ask: 'dl.example.org A +nocookie', expect: [/ANSWER: 2,/] },
  { ask: 'dl.example.org A +cookie=0123456789abcdef', expect: [/NOERROR/, /ANSWER: 2,/] },
  { ask: 'dl.example.org A +ednsopt=65001:cafe +nsid', expect: [/NOERROR/, /ANSWER: 2,/] },
  { ask: 'dl.example.org A +norecurse', expect: [/flags: qr aa; /] },
  { ask: 'dl.example.org A +cdflag +adflag', expect: [/NOERROR/, /ANSWER: 2,/] },
  { ask: 'dl.example.org A +subnet=0/0', expect: [/CLIENT-SUBNET: 0\.0\.0\.0\/0\/0$/m, /ANSWER: 2,/] },
  {
    ask: 'dl.example.org A +subnet=5.249.168.0/24',
    expect: [/CLIENT-SUBNET: 5\.249\.168\.0\/24\/24$/m, /\tA\t192\.0\.2\.1$/m],
  },
  { ask: 'dl.example.org A +subnet=5.249.169.0/24', expect: [/\/24\/24$/m, /\tA\t192\.0\.2\.4$/m] },
  {
    ask: 'dl.example.org A +subnet=2a00:100::/56',
    expect: [/CLIENT-SUBNET: 2a00:100::\/56\/48$/m, /\tA\t192\.0\.2\.1$/m],
  },
  { ask: 'dl.example.org A +subnet=10.9.8.0/24', expect: [/CLIENT-SUBNET: 10\.9\.8\.0\/24\/8$/m] },
  { ask: 'dl.example.org A +subnet=192.168.1.0/24', expect: [/192\.168\.1\.0\/24\/16$/m] },
  { ask: 'dl.example.org AAAA +subnet=fd12:3456::/32', expect: [/fd12:3456::\/32\/7$/m] },
  {
    ask: 'home.dl.example.org A +subnet=5.249.170.0/24',
    expect: [/\/24\/24$/m, /\tA\t192\.0\.2\.5$/m],
  },
  {
    ask: 'home.dl.example.org A +subnet=5.249.168.0/24',
    expect: [/NOERROR/, /CLIENT-SUBNET: 5\.249\.168\.0\/24\/0$/m, /ANSWER: 0, AUTHORITY: 1/],
  },
  {
    ask: 'www.dl.example.org A +subnet=5.249.168.0/24',
    expect: [
      /CLIENT-SUBNET: 5\.249\.168\.0\/24\/0$/m,
      /ANSWER: 1, AUTHORITY: 0/,
      /\tCNAME\tdl\.example\.org\.$/m,
    ],
  },
  { ask: 'dl.example.org TXT +subnet=5.249.168.0/24', expect: [/CLIENT-SUBNET: 5\.249\.168\.0\/24\/0$/m] },
  {
    ask: 'gone.dl.example.org A +subnet=5.249.168.0/24',
    expect: [/NXDOMAIN/, /CLIENT-SUBNET: 5\.249\.168\.0\/24\/0$/m],
  },
  {
    ask: 'long.dl.example.org TXT +bufsize=4096',
    expect: [/Truncated, retrying in TCP/, /ANSWER: 6,/, /\(TCP\)$/m],
  },
  {
    ask: 'long.dl.example.org TXT +bufsize=4096 +ignore',
    expect: [/flags: qr aa tc rd; QUERY: 1, ANSWER: 0,/],
  },
  { ask: 'long.dl.example.org TXT +bufsize=512 +tcp', expect: [/flags: qr aa rd; QUERY: 1, ANSWER: 6,/] },
  { ask: 'dl.example.org NS +bufsize=512', expect: [/flags: qr aa rd; QUERY: 1, ANSWER: 2,/] },
  { ask: 'dl.example.org A +bufsize=0', expect: [/ANSWER: 2,/] },
];

const KDIG: readonly Case[] = [
  {
    ask: 'dl.example.org A',
    expect: [/NOERROR/, /Flags: qr aa rd; QUERY: 1; ANSWER: 2; AUTHORITY: 0; ADDITIONAL: 0/],
  },
  { ask: 'dl.example.org AAAA +tcp', expect: [/ANSWER: 2;/, /\(TCP\)/] },
  { ask: 'dl.example.org SOA', expect: [/SOA\s+ns1\.dl\.example\.org\. hostmaster\.example\.org\. 7 /] },
  { ask: 'dl.example.org NS', expect: [/NS\s+ns1\.dl\.example\.org\./, /ADDITIONAL: 2/] },
  { ask: 'dl.example.org ANY', expect: [/HINFO\s+"RFC8482" ""/] },
  { ask: 'a.sub.dl.example.org TXT', expect: [/Flags: qr rd; /, /AUTHORITY: 1; ADDITIONAL: 1$/m] },
  { ask: 'sub.dl.example.org DS', expect: [/Flags: qr aa rd; /, /DS\s+60485 13 2 (?:AB)+/] },
  { ask: 'dl.example.org HTTPS', expect: [/HTTPS\s+1 \. alpn=h2,h3 port=8443/] },
  { ask: 'dl.example.org A +edns=1', expect: [/BADVERS/] },
  { ask: 'dl.example.org A +cookie +nsid +padding=64', expect: [/NOERROR/, /ANSWER: 2;/] },
  {
    ask: 'dl.example.org A +subnet=5.249.168.0/24',
    expect: [/CLIENT-SUBNET: 5\.249\.168\.0\/24\/24/, /192\.0\.2\.1$/m],
  },
  { ask: 'dl.example.org A +subnet=0.0.0.0/0', expect: [/CLIENT-SUBNET: 0\.0\.0\.0\/0\/0/] },
  { ask: 'long.dl.example.org TXT +bufsize=1232', expect: [/ANSWER: 6;/, /\(TCP\)/] },
  { ask: 'gone.dl.example.org A', expect: [/NXDOMAIN/, /AUTHORITY: 1;/] },
];

const DRILL: readonly Case[] = [
  {
    ask: 'dl.example.org A',
    expect: [/rcode: NOERROR/, /flags: qr aa rd ; QUERY: 1, ANSWER: 2, AUTHORITY: 0/],
  },
  { ask: '-t dl.example.org AAAA', expect: [/ANSWER: 2,/] },
  { ask: 'dl.example.org SOA', expect: [/SOA\tns1\.dl\.example\.org\. hostmaster\.example\.org\. 7 /] },
  { ask: 'dl.example.org NS', expect: [/NS\tns1\.dl\.example\.org\./] },
  { ask: '-D dl.example.org TXT', expect: [/EDNS: version 0; flags: do ; udp: 1232/, /TXT\t"a pool"/] },
  { ask: 'dl.example.org ANY', expect: [/HINFO/] },
  { ask: '-b 512 long.dl.example.org TXT', expect: [/flags: qr aa tc rd/] },
  { ask: '-a -b 512 long.dl.example.org TXT', expect: [/ANSWER: 6,/] },
  { ask: 'gone.dl.example.org A', expect: [/rcode: NXDOMAIN/, /SOA/] },
  {
    ask: 'a.sub.dl.example.org A',
    expect: [/flags: qr rd ; QUERY: 1, ANSWER: 0, AUTHORITY: 1, ADDITIONAL: 1/],
  },
  { ask: 'sub.dl.example.org DS', expect: [/flags: qr aa rd ;/, /DS\t60485 13 2 (?:ab)+/] },
  { ask: '-x 192.0.2.1', expect: [/rcode: REFUSED/] },
];

const TABLE: Readonly<Record<Tool, readonly Case[]>> = { dig: DIG, kdig: KDIG, drill: DRILL };
const TOOLS: readonly Tool[] = ['dig', 'kdig', 'drill'];

t.test('real clients', async (t) => {
  const hosts = hasIPv6() ? ['127.0.0.1', '[::1]'] : ['127.0.0.1'];
  const server = await startServer(t, { zones: { 'z.yaml': ZONE }, hosts });
  const [, ipv6Port] = server.listen.map((address) => address.split(':').at(-1) ?? '');

  for (const tool of TOOLS) {
    await t.test(tool, { skip: missing(tool) }, async (t) => {
      const outputs = await Promise.all(
        TABLE[tool].map(({ ask }) =>
          runTool(tool, ['-p', String(server.port), '@127.0.0.1', ...ask.split(' ')]),
        ),
      );
      for (const [i, { ask, expect, not }] of TABLE[tool].entries()) {
        for (const pattern of expect) t.match(outputs[i], pattern, `${tool} ${ask}`);
        if (not !== undefined) t.notMatch(outputs[i], not, `${tool} ${ask}`);
      }
    });
  }

  await t.test('over IPv6', { skip: ipv6Port === undefined ? 'no IPv6 here' : missing('dig') }, async (t) => {
    for (const extra of ['+notcp', '+tcp']) {
      const output = await runTool('dig', ['-p', ipv6Port ?? '', '@::1', 'dl.example.org', 'AAAA', extra]);
      t.match(output, /ANSWER: 2,/, extra);
      t.match(output, /SERVER: ::1#/, extra);
    }
  });

  await t.test('a transfer fails', { skip: missing('dig') }, async (t) => {
    const output = await runTool('dig', ['-p', String(server.port), '@127.0.0.1', 'dl.example.org', 'AXFR']);
    t.match(output, /Transfer failed/);
  });
});

/**
 * Real resolvers in the small internet of predelegation/world.ts, each at an address of its own. Two of them send the
 * subnet of a client. Without DNSSEC, each also runs without that, at an address in Berlin.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is needed, by program and Debian's package. */
export const RESOLVER_PACKAGES = {
  ip: 'iproute2',
  knotd: 'knot',
  unbound: 'unbound',
  named: 'bind9',
  pdns_recursor: 'pdns-recursor',
  kresd: 'knot-resolver',
};

export interface Resolver {
  readonly address: string;
  /** It tells the client's subnet (RFC 7871). */
  readonly tellsSubnet: boolean;
  /** What starts it, and stays in the foreground. */
  readonly command: (place: Place) => readonly string[];
}

export interface Place {
  readonly address: string;
  /** Where its files go. */
  readonly home: string;
  /** The file of the root's name servers. */
  readonly hints: string;
  /** The data of the root's DS record, by which it validates; absent: it does not. */
  readonly anchor?: string;
}

const CHICAGO = '5.249.169';
const BERLIN = '5.249.168';

function unbound(modules: string, more: string): Resolver['command'] {
  return ({ address, home, hints, anchor }) => {
    const trust = anchor === undefined ? '' : `  trust-anchor: ". IN DS ${anchor}"\n`;
    const file = join(home, 'unbound.conf');
    writeFileSync(
      file,
      `server:
  directory: "${home}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  num-threads: 1
  do-ip6: no
  interface: ${address}
  outgoing-interface: ${address}
  access-control: 0.0.0.0/0 allow
  root-hints: "${hints}"
  module-config: "${modules}"
${trust}${more}remote-control:
  control-enable: no
`,
    );
    return ['unbound', '-d', '-p', '-c', file];
  };
}

const bind: Resolver['command'] = ({ address, home, hints, anchor }) => {
  const [tag, algorithm, digestType, digest] = anchor?.split(' ') ?? [];
  const trust = `trust-anchors { . static-ds ${tag} ${algorithm} ${digestType} "${digest}"; };\n`;
  const file = join(home, 'named.conf');
  writeFileSync(
    file,
    `options {
  directory "${home}";
  listen-on { ${address}; };
  listen-on-v6 { none; };
  query-source address ${address};
  recursion yes;
  allow-query { any; };
  allow-recursion { any; };
  dnssec-validation ${anchor === undefined ? 'no' : 'yes'};
  pid-file none;
};
controls { };
${anchor === undefined ? '' : trust}zone "." { type hint; file "${hints}"; };
`,
  );
  return ['named', '-4', '-f', '-n', '1', '-c', file];
};

function powerDns(more: readonly string[]): Resolver['command'] {
  return ({ address, home, hints, anchor }) => {
    const file = join(home, 'anchor.lua');
    if (anchor !== undefined) writeFileSync(file, `clearTA('.')\naddTA('.', "${anchor}")\n`);
    const trust =
      anchor === undefined ? ['--dnssec=off'] : ['--dnssec=validate', `--lua-config-file=${file}`];
    return [
      'pdns_recursor',
      ...['config-dir', 'socket-dir'].map((key) => `--${key}=${home}`),
      ...[`--local-address=${address}`, `--query-local-address=${address}`, `--hint-file=${hints}`],
      ...['--allow-from=0.0.0.0/0', '--dont-query=', '--security-poll-suffix=', '--threads=1'],
      ...['--daemon=no', '--write-pid=no', '--disable-syslog=yes', '--quiet=yes', ...trust, ...more],
    ];
  };
}

const knot: Resolver['command'] = ({ address, home, hints, anchor }) => {
  const file = join(home, 'kresd.conf');
  writeFileSync(
    file,
    `net.ipv6 = false
net.listen('${address}', 53, { kind = 'dns' })
net.outgoing_v4('${address}')
modules = { 'hints' }
hints.root_file('${hints}')
trust_anchors.remove('.')
cache.size = 10 * MB
${anchor === undefined ? '' : `trust_anchors.add('. IN DS ${anchor}')\ncache.min_ttl(0)\n`}`,
  );
  return ['kresd', '-n', '-c', file, home];
};

const TELLING_POWERDNS = ['--edns-subnet-allow-list=0.0.0.0/0', '--ecs-add-for=0.0.0.0/0'];
const TELLING = '  send-client-subnet: 0.0.0.0/0\n  max-client-subnet-ipv4: 24\n';

export const RESOLVERS: Readonly<Record<string, Resolver>> = {
  'unbound with subnets': {
    address: `${CHICAGO}.201`,
    tellsSubnet: true,
    command: unbound('subnetcache iterator', TELLING),
  },
  'PowerDNS with subnets': {
    address: `${CHICAGO}.202`,
    tellsSubnet: true,
    command: powerDns(TELLING_POWERDNS),
  },
  unbound: { address: `${BERLIN}.203`, tellsSubnet: false, command: unbound('iterator', '') },
  PowerDNS: { address: `${BERLIN}.204`, tellsSubnet: false, command: powerDns([]) },
  BIND: { address: `${BERLIN}.205`, tellsSubnet: false, command: bind },
  'Knot Resolver': { address: `${BERLIN}.206`, tellsSubnet: false, command: knot },
};

/** Those that validate, by an anchor. */
export const VALIDATORS: Readonly<Record<string, Resolver>> = {
  unbound: {
    address: `${CHICAGO}.201`,
    tellsSubnet: true,
    command: unbound('subnetcache validator iterator', TELLING),
  },
  PowerDNS: { address: `${CHICAGO}.202`, tellsSubnet: true, command: powerDns(TELLING_POWERDNS) },
  BIND: { address: `${CHICAGO}.205`, tellsSubnet: false, command: bind },
  'Knot Resolver': { address: `${CHICAGO}.206`, tellsSubnet: false, command: knot },
};

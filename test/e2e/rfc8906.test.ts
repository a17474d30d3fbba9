/**
 * RFC 8906, "A Common Operational Problem in DNS Servers: Failure to Communicate": every check of its section 8, with the
 * commands that it gives, over UDP and TCP.
 */
import t from 'tap';
import { hasIPv6 } from '../../src/server/endpoint.js';
import { startServer } from './server.js';
import { missing, runTool } from './tools.js';

const ZONE = `zone: dl.example.org
ns: [ns1.dl.example.org]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1, "2001:db8::1"] } }
records: { ns1: { A: [192.0.2.53] }, "@": { TXT: [${['a', 'b', 'c'].map((letter) => letter.repeat(240)).join(', ')}] } }
`;

interface Check {
  readonly section: string;
  readonly ask: string;
  readonly expect: readonly RegExp[];
  readonly not?: readonly RegExp[];
  /** Only over UDP, or only over TCP. */
  readonly only?: 'udp' | 'tcp';
}

const NOERROR = /status: NOERROR/;
const SOA = /^dl\.example\.org\.\s+\d+\s+IN\s+SOA\s/m;
const AA = /^;; flags:[^;]* aa[ ;]/m;
const RD = /^;; flags:[^;]* rd[ ;]/m;
const AD = /^;; flags:[^;]* ad[ ;]/m;
const OPT = /^; EDNS: version: 0,/m;
const MBZ = /MBZ/;

const CHECKS: readonly Check[] = [
  {
    section: '8.1.1 is the server configured for the zone',
    ask: '+noedns +noad +norec soa dl.example.org',
    expect: [NOERROR, SOA, AA],
    not: [RD, AD, OPT],
  },
  {
    section: '8.1.2 unknown types',
    ask: '+noedns +noad +norec type1000 dl.example.org',
    expect: [NOERROR, /ANSWER: 0,/, AA],
    not: [RD, AD, OPT],
  },
  {
    section: '8.1.3.1 CD',
    ask: '+noedns +noad +norec +cd soa dl.example.org',
    expect: [NOERROR, SOA, AA],
    not: [RD, AD, OPT],
  },
  {
    section: '8.1.3.2 AD',
    ask: '+noedns +norec +ad soa dl.example.org',
    expect: [NOERROR, SOA, AA],
    not: [RD, OPT],
  },
  {
    section: '8.1.3.3 the reserved bit',
    ask: '+noedns +noad +norec +zflag soa dl.example.org',
    expect: [NOERROR, SOA, AA],
    not: [RD, AD, OPT, MBZ],
  },
  {
    section: '8.1.3.4 recursive queries',
    ask: '+noedns +noad +rec soa dl.example.org',
    expect: [NOERROR, SOA, AA, RD],
    not: [AD, OPT],
  },
  {
    section: '8.1.4 unknown opcodes',
    ask: '+noedns +noad +opcode=15 +norec +header-only',
    expect: [/status: NOTIMP/, /opcode: RESERVED15/],
    not: [RD, AD, AA, SOA, OPT],
  },
  {
    section: '8.1.5 TCP',
    ask: '+noedns +noad +norec soa dl.example.org',
    expect: [NOERROR, SOA, AA, /\(TCP\)$/m],
    not: [RD, AD, OPT],
    only: 'tcp',
  },
  {
    section: '8.2.1 minimal EDNS',
    ask: '+nocookie +edns=0 +noad +norec soa dl.example.org',
    expect: [NOERROR, SOA, OPT, AA],
    not: [AD],
  },
  {
    section: '8.2.2 EDNS version negotiation',
    ask: '+nocookie +edns=1 +noednsneg +noad +norec soa dl.example.org',
    expect: [/status: BADVERS/, OPT],
    not: [SOA, AA, AD],
  },
  {
    section: '8.2.3 unknown EDNS options',
    ask: '+nocookie +edns=0 +noad +norec +ednsopt=100 soa dl.example.org',
    expect: [NOERROR, SOA, OPT, AA],
    not: [AD, /OPT=100/],
  },
  {
    section: '8.2.4 unknown EDNS flags',
    ask: '+nocookie +edns=0 +noad +norec +ednsflags=0x40 soa dl.example.org',
    expect: [NOERROR, SOA, OPT, AA],
    not: [AD, MBZ],
  },
  {
    section: '8.2.5 version negotiation with unknown flags',
    ask: '+nocookie +edns=1 +noednsneg +noad +norec +ednsflags=0x40 soa dl.example.org',
    expect: [/status: BADVERS/, OPT],
    not: [SOA, AA, AD, MBZ],
  },
  {
    section: '8.2.6 version negotiation with unknown options',
    ask: '+nocookie +edns=1 +noednsneg +noad +norec +ednsopt=100 soa dl.example.org',
    expect: [/status: BADVERS/, OPT],
    not: [SOA, AA, AD, /OPT=100/],
  },
  {
    section: '8.2.7 truncated responses',
    ask: '+norec +noad +edns=0 +dnssec +bufsize=512 +ignore txt dl.example.org',
    expect: [NOERROR, OPT, /^;; flags:[^;]* tc[ ;]/m],
    only: 'udp',
  },
  {
    section: '8.2.8 DO=1',
    ask: '+nocookie +edns=0 +noad +norec +dnssec soa dl.example.org',
    expect: [NOERROR, SOA, OPT, AA, /^; EDNS: version: 0, flags: do;/m],
    not: [AD],
  },
  {
    section: '8.2.9 version negotiation with DO=1',
    ask: '+nocookie +edns=1 +noednsneg +noad +norec +dnssec soa dl.example.org',
    expect: [/status: BADVERS/, OPT, /^; EDNS: version: 0, flags: do;/m],
    not: [SOA, AA, AD],
  },
  {
    section: '8.2.10 several defined options',
    ask: '+edns=0 +noad +norec +cookie +nsid +expire +subnet=0.0.0.0/0 soa dl.example.org',
    expect: [
      NOERROR,
      SOA,
      OPT,
      AA,
      /^; COOKIE: [0-9a-f]{48} \(good\)$/m,
      /^; CLIENT-SUBNET: 0\.0\.0\.0\/0\/0$/m,
    ],
    not: [AD],
  },
];

t.test('section 8', { skip: missing('dig') }, async (t) => {
  const hosts = hasIPv6() ? ['127.0.0.1', '[::1]'] : ['127.0.0.1'];
  const server = await startServer(t, { zones: { 'z.yaml': ZONE }, hosts });
  for (const [i, host] of hosts.entries()) {
    const port = server.listen[i]?.split(':').at(-1) ?? '';
    for (const transport of ['udp', 'tcp'] as const) {
      await t.test(`over ${transport} on ${host}`, async (t) => {
        const checks = CHECKS.filter(({ only }) => only === undefined || only === transport);
        const printed = await Promise.all(
          checks.map(({ ask }) =>
            runTool('dig', [
              `@${host.replace(/[[\]]/g, '')}`,
              '-p',
              port,
              transport === 'tcp' ? '+tcp' : '+notcp',
              '+tries=1',
              ...ask.split(' '),
            ]),
          ),
        );
        for (const [n, { section, expect, not = [] }] of checks.entries()) {
          for (const pattern of expect) t.match(printed[n], pattern, section);
          for (const pattern of not) t.notMatch(printed[n], pattern, `${section}, not`);
        }
      });
    }
  }
});

/**
 * Queries: the parser and all of answering. The first octet of an input says how the query comes (over UDP or TCP, over
 * IPv4 or IPv6) and by which policy it is answered, the rest is the message. What comes back is judged by test/answer-faults.ts.
 */
import { newChallenges, replaceChallenges } from '../../../src/answer/challenges.js';
import { chaosAnswers } from '../../../src/answer/chaos.js';
import { MAX_MESSAGE, UDP_LIMIT } from '../../../src/answer/edns.js';
import { PLAIN_POLICY, type Policy } from '../../../src/answer/policy.js';
import { respond } from '../../../src/answer/respond.js';
import { newResponder, type Responder, setPeer } from '../../../src/answer/responder.js';
import { parseAddress } from '../../../src/ip/address.js';
import { below, type Random, seededRandom } from '../../../src/platform/random.js';
import { limits, NOON, withCookies } from '../../answer/policies.js';
import { EXAMPLE, PLACES } from '../../answer/zones.js';
import { faultOfAnswer } from '../../answer-faults.js';
import { makeTable } from '../../compile/make-table.js';
import { octets, opt, option, query, rawSubnet, subnet, TYPES, wireName, word } from '../../dns-message.js';
import type { Target } from '../target.js';

const TCP = 1;
const IPV6 = 2;
/** Octets on either side of the room for an answer, which nobody may touch. */
const FENCE = 32;
/** Octets over TCP that are filled anew for each query: the longest answer of the zones is shorter. */
const TCP_FILLED = 8000;

/** Octets of a denial in whose place challenges are, which may be shorter. */
const DENIAL = 80;

/** A zone whose records are too many for any datagram, and an ANSWER section for TCP alone. */
const LARGE = `
zone: large.example
ns: [ns1.large.example, ns2.large.example]
pools: { "@": { answers: 8, near_km: 20000, probe: { type: none } } }
mirrors:
${Array.from({ length: 12 }, (_, i) => `  m${i}: { addresses: [192.0.2.${i + 1}, "2001:db8::${i + 1}"] }`).join('\n')}
records:
  ns1: { A: [192.0.2.53], AAAA: ["2001:db8::53"] }
  ns2: { A: [192.0.2.54] }
  long: { TXT: [${Array.from({ length: 9 }, (_, i) => `"${'x'.repeat(200)}${i}"`).join(', ')}] }
  many: { A: [${Array.from({ length: 80 }, (_, i) => `203.0.113.${i}`).join(', ')}] }
  to: { CNAME: long.large.example }
  sub: { NS: [ns.sub.large.example, ns1.large.example], DS: '1 13 9 00' }
  ns.sub: { A: [192.0.2.55] }
  into: { CNAME: a.sub.large.example }
`;

const CHALLENGES = newChallenges();
replaceChallenges(
  CHALLENGES,
  new Map([
    ['_acme-challenge.new.large.example', ['one', 'two']],
    ['long.large.example', ['three']],
    ['to.large.example', ['four']],
    ['a.sub.large.example', ['five']],
  ]),
);

const TALKATIVE: Policy = withCookies({
  challenges: CHALLENGES,
  nsid: new Uint8Array(128).fill(0x6e),
  chaos: chaosAnswers({ version: 'x'.repeat(200), id: 'me' }),
});
/** How answers are given: in the plainest way, with all that there is, and seldom to who has no cookie. */
const POLICIES: readonly Policy[] = [
  PLAIN_POLICY,
  TALKATIVE,
  { ...TALKATIVE, cookieRequired: true, rateLimit: limits({ rate: 300, burst: 20, slip: 2 }) },
];

export function openRespondTarget(): Target {
  const { table } = makeTable([EXAMPLE, LARGE], { locations: PLACES, asns: { '5.1.0.0/16': 64_500 } });
  const responders = POLICIES.map((policy) => {
    const responder = newResponder(table, seededRandom(7), undefined, policy);
    responder.now = NOON;
    responder.keepalive = 370;
    return responder;
  });
  const ipv4 = parseAddress('127.0.0.1')?.bytes ?? new Uint8Array(4);
  const ipv6 = parseAddress('2a00::1')?.bytes ?? new Uint8Array(16);
  const fenced = new Uint8Array(FENCE + MAX_MESSAGE + FENCE);
  const view = new DataView(fenced.buffer);

  /** The answer to a message in memory that is full of one octet. */
  const answerIn = (
    octet: number,
    message: Uint8Array,
    responder: Responder,
    tcp: boolean,
    fromIPv6: boolean,
  ): Uint8Array => {
    const room = tcp ? MAX_MESSAGE : UDP_LIMIT;
    // Over TCP what is near the message and its answer is enough to look at.
    const filled = FENCE + (tcp ? TCP_FILLED : room) + FENCE;
    fenced.fill(octet, 0, filled);
    fenced.set(message, FENCE);
    setPeer(responder, fromIPv6 ? ipv6 : ipv4, 0, fromIPv6);
    const length = respond(view, FENCE, message.length, tcp, responder);
    const end = FENCE + (tcp ? Math.max(length, message.length) + DENIAL : room);
    for (let i = 0; i < FENCE; i++) {
      if (fenced[i] !== octet) throw new Error('it wrote before its room');
      if (end + i < filled && fenced[end + i] !== octet) throw new Error('it wrote behind its room');
    }
    return fenced.slice(FENCE, FENCE + length);
  };

  return {
    maxLength: 2000,
    seeds: seeds(),
    make: makeQuery,
    dictionary: dictionary(),
    take(input) {
      const mode = input[0] ?? 0;
      const tcp = (mode & TCP) !== 0;
      const fromIPv6 = (mode & IPV6) !== 0;
      const message = input.subarray(1, 1 + UDP_LIMIT);
      const responder = responders[(mode >> 2) % responders.length];
      if (responder === undefined) throw new Error('there is one for each policy');
      const limited = responder.policy.rateLimit !== undefined;
      if (limited) responder.monotonic++;
      const answer = answerIn(0xa5, message, responder, tcp, fromIPv6);
      if (limited && !tcp && answer.length === 0) return 'silence';
      const fault = faultOfAnswer(message, answer, tcp);
      if (fault !== undefined) throw new Error(`${fault}: ${Buffer.from(answer).toString('hex')}`);
      // What is behind the message in memory belongs to somebody else. The next card may have other addresses, no more.
      const other = limited ? answer : answerIn(0, message, responder, tcp, fromIPv6);
      if (other.length !== answer.length || Buffer.compare(head(other), head(answer)) !== 0) {
        throw new Error('the answer depends on what is behind the message');
      }
      return answer.length === 0 ? 'silence' : `rcode ${(answer[3] ?? 0) & 15}`;
    },
  };
}

/** The header. */
function head(message: Uint8Array): Uint8Array {
  return message.subarray(0, 12);
}

function seeds(): Uint8Array[] {
  const edns = (...options: Uint8Array[]) => ({ edns: { options } });
  const messages = [
    query({ name: 'dl.example.org' }),
    query({ name: 'DL.example.ORG', type: 'AAAA', ...edns(subnet('5.1.2.0/24')) }),
    query({ name: 'dl.example.org', ...edns(subnet('2a00:1::/48'), option(10, new Uint8Array(8))) }),
    query({ name: 'dl.example.org', ...edns(subnet('0.0.0.0/0'), option(3, new Uint8Array(0))) }),
    query({ name: 'dl.example.org', edns: { size: 4096, dnssecOk: true, options: [option(11, word(0))] } }),
    query({ name: 'dl.example.org', edns: { version: 1 } }),
    query({ name: 'dl.example.org', type: 'SOA', edns: { options: [rawSubnet(1, 33, 0, [1, 2, 3, 4, 5])] } }),
    query({ name: 'www.dl.example.org', type: 'ANY' }),
    query({ name: 'x.alias.dl.example.org' }),
    query({ name: 'b.c.dl.example.org', type: 'TXT' }),
    query({ name: 'long.large.example', type: 'TXT', edns: { size: 1232 } }),
    query({ name: 'to.large.example', type: 'TXT' }),
    query({ name: 'many.large.example', edns: { size: 65_535 } }),
    query({ name: '_acme-challenge.new.large.example', type: 'TXT', edns: {} }),
    query({ name: 'x.new.large.example', type: 'TXT' }),
    query({ name: 'a.sub.large.example', type: 'TXT' }),
    query({ name: 'sub.large.example', type: 'DS' }),
    query({ name: 'large.example', type: 'NS' }),
    query({ name: 'large.example', type: 'AAAA', ...edns(subnet('192.0.2.0/24')) }),
    query({ name: 'version.bind', type: 'TXT', class: 3 }),
    query({ name: 'dl.example.org', type: 'AXFR', flags: 0x0120 }),
    query({ name: 'dl.example.org', class: 255, additional: [opt({}), opt({})] }),
  ];
  return messages.flatMap((message) => [0, 3, 4, 9].map((mode) => octets(Uint8Array.of(mode), message)));
}

const NAMES = ['dl.example.org', 'dl.example.org', 'large.example', 'example', '', 'bind'];
const LABELS =
  'www ns1 loop loops alias wild four swiss gone many long out to a b c only4 web x * version server id hostname _https _tcp text'.split(
    ' ',
  );
const NUMBERS = [...Object.values(TYPES), 0, 3, 24, 32_769, 65_280, 65_535];

/** A query with names and types that the zones know, or nearly, and options as they are or nearly as they are. */
function makeQuery(random: Random): Uint8Array {
  const one = <T>(list: readonly T[], fallback: T): T => list[below(random, list.length)] ?? fallback;
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(random, 256));
  const odd = (odds: number): boolean => below(random, odds) === 0;
  const labels = Array.from({ length: one([0, 0, 1, 1, 2, 3, 20], 0) }, () => one(LABELS, 'a'));
  const name = [...labels, one(NAMES, '')].filter((part) => part !== '').join('.');
  const makeOption = (): Uint8Array => {
    const family = one([1, 1, 2, 2, 0, 3], 1);
    const length = below(random, family === 1 ? 34 : 130);
    const address = bytes(Math.ceil(length / 8));
    const last = address.length - 1;
    if (last >= 0 && !odd(8)) address[last] = (address[last] ?? 0) & (0xff << (address.length * 8 - length));
    if (odd(2)) return rawSubnet(family, length, odd(8) ? 24 : 0, [...address]);
    return option(
      one([10, 10, 3, 11, 12, 15, 8, 65_001], 10),
      bytes(one([0, 2, 4, 7, 8, 16, 24, 32, 40, 41], 0)),
    );
  };
  const edns = odd(4)
    ? []
    : [
        opt({
          size: one([0, 511, 512, 513, 700, 1231, 1232, 1233, 4096, 65_535], 1232),
          version: odd(10) ? below(random, 256) : 0,
          dnssecOk: odd(2),
          options: Array.from({ length: below(random, 4) }, makeOption),
        }),
      ];
  const message = query({
    name: odd(2) ? name : name.toUpperCase(),
    type: one(NUMBERS, 1),
    class: one([1, 1, 1, 1, 1, 255, 3, 4], 1),
    id: below(random, 65_536),
    flags: odd(6) ? below(random, 65_536) : one([0, 0x0100, 0x0120], 0),
    additional: odd(20) ? [...edns, ...edns] : edns,
  });
  return octets(Uint8Array.of(below(random, 12)), message);
}

function dictionary(): Uint8Array[] {
  const names = ['dl.example.org', 'large.example', 'example', '*.wild.dl.example.org', 'version.bind'];
  return [
    ...names.map(wireName),
    ...[
      'www',
      'ns1',
      'loop',
      'loops',
      'alias',
      'wild',
      'four',
      'swiss',
      'gone',
      'many',
      'long',
      'out',
      'sub',
      'new',
      '_acme-challenge',
    ].map((label) => octets(Uint8Array.of(label.length), new Uint8Array(Buffer.from(label)))),
    ...[...Object.values(TYPES), 41, 255, 3, 254, 32_769, 65_280].map(word),
    // Cookies, NSID, keepalive, padding, extended errors, client subnet; pointers.
    ...[10, 3, 11, 12, 15, 8].map((code) => octets(word(code), word(0))),
    ...[10, 8].map((code) => option(code, new Uint8Array(8))),
    option(10, new Uint8Array(24)),
    subnet('5.1.2.0/24'),
    subnet('2a00::/48'),
    rawSubnet(0, 0, 0, []),
    opt({}),
    opt({ options: [subnet('12.7.128.0/17')] }),
    Uint8Array.of(0xc0, 0x0c),
    Uint8Array.of(0xff, 0xff),
    new Uint8Array(4),
  ];
}

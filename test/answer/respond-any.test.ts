/**
 * Answers to anything: whole, of the same id and question, never too long, and not an octet written beside them. Every
 * message is put between guards, in a room of just the size that a caller must provide.
 */
import fc from 'fast-check';
import t from 'tap';
import { chaosAnswers } from '../../src/answer/chaos.js';
import { MAX_MESSAGE, UDP_LIMIT } from '../../src/answer/edns.js';
import { PLAIN_POLICY, type Policy } from '../../src/answer/policy.js';
import { respond } from '../../src/answer/respond.js';
import { newResponder, type Responder, setPeer } from '../../src/answer/responder.js';
import { seededRandom } from '../../src/platform/random.js';
import { MALFORMED } from '../../src/wire/cookie.js';
import { newQuery, OPTION, parseQuery, type Query, SHAPE } from '../../src/wire/query.js';
import { faultOfAnswer } from '../answer-faults.js';
import { anyMessage, soundQuery } from '../any-message.js';
import { makeTable } from '../compile/make-table.js';
import { readReply } from '../dns-message.js';
import { limits, NOON, withCookies } from './policies.js';
import { EXAMPLE, PLACES } from './zones.js';

const made = makeTable([EXAMPLE], { locations: PLACES });
const GUARD = 64;

interface Answered {
  readonly reply: Uint8Array;
  readonly guardsHold: boolean;
}

function answer(message: Uint8Array, responder: Responder, tcp: boolean, at: number): Answered {
  const start = GUARD + at;
  const room = Math.max(message.length, tcp ? MAX_MESSAGE : UDP_LIMIT);
  const bytes = new Uint8Array(start + room + GUARD).fill(0xa5);
  bytes.set(message, start);
  const length = respond(new DataView(bytes.buffer), start, message.length, tcp, responder);
  const end = start + Math.max(length, message.length);
  return {
    reply: bytes.slice(start, start + length),
    guardsHold: bytes.every((octet, i) => octet === 0xa5 || (i >= start && i < end)),
  };
}

const peers = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
);

/** The most octets that the client takes. */
function limitOf(message: Uint8Array, tcp: boolean): number {
  const query = newQuery();
  parseQuery(new DataView(message.buffer, message.byteOffset, message.byteLength), 0, message.length, query);
  if (tcp) return MAX_MESSAGE;
  return query.edns ? Math.max(512, Math.min(UDP_LIMIT, query.udpSize)) : 512;
}

/** What is wrong with the answer to a message; undefined where nothing is. */
function faultOf(
  message: Uint8Array,
  { reply, guardsHold }: Answered,
  tcp: boolean,
  policy: Policy,
): string | undefined {
  if (!guardsHold) return 'it wrote beside the answer';
  const isResponse = ((message[2] ?? 0) & 0x80) !== 0;
  if (message.length < 12 || isResponse) return reply.length === 0 ? undefined : 'an answer to no query';
  if (reply.length === 0) return policy.rateLimit === undefined || tcp ? 'silence' : undefined;
  if (reply.length > limitOf(message, tcp)) return `${reply.length} octets`;
  const read = readReply(reply);
  if (!read.qr || read.ra || read.ad || read.cd) return 'flags';
  if (read.opcode !== (message[2] ?? 0) >> 3) return 'opcode';
  if (read.id !== ((message[0] ?? 0) << 8) + (message[1] ?? 0)) return 'id';
  const query = newQuery();
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const parsed = parseQuery(view, 0, message.length, query);
  const shape =
    parsed === SHAPE.GOOD && hasMalformedOption(query, tcp, policy) ? SHAPE.BAD_AFTER_QUESTION : parsed;
  const question = message.subarray(12, query.questionEnd);
  if ((read.edns !== undefined) !== query.edns) return 'EDNS';
  if (shape === SHAPE.BAD_QUESTION || shape === SHAPE.NO_QUESTION) {
    if (read.question !== undefined || read.answers.length > 0) return 'more than a header and OPT';
    if (read.rcode === 0 || read.rcode === 23)
      return shape === SHAPE.NO_QUESTION ? undefined : `rcode ${read.rcode}`;
    return [1, 4, 16].includes(read.rcode) ? undefined : `rcode ${read.rcode}`;
  }
  if (Buffer.compare(reply.subarray(12, query.questionEnd), question) !== 0) return 'question';
  if (read.question === undefined) return 'no question';
  if (shape === SHAPE.BAD_AFTER_QUESTION && read.rcode !== (query.opcode === 0 ? 1 : 4))
    return `rcode ${read.rcode}`;
  if (shape !== SHAPE.GOOD && read.edns?.subnet !== undefined) return 'a subnet';
  if (read.rcode !== 0 && read.rcode !== 3 && read.answers.length + read.authorities.length > 0)
    return 'an error with records';
  // Nobody gains by an answer that says nothing: no longer than the query, but for a cookie and an extended error.
  if (
    (read.tc || ![0, 3].includes(read.rcode)) &&
    policy.nsid === undefined &&
    reply.length > message.length + 22
  )
    return `${reply.length} octets that say nothing for ${message.length}`;
  if (read.rcode === 3 && !read.tc && read.authorities.length !== 1) return 'NXDOMAIN without SOA';
  // And by somebody else's decoder.
  return faultOfAnswer(message, reply, tcp);
}

function hasMalformedOption(query: Query, tcp: boolean, policy: Policy): boolean {
  const keepalive = tcp && (query.options & OPTION.KEEPALIVE_MALFORMED) !== 0;
  return keepalive || (policy.cookies !== undefined && query.cookie.size === MALFORMED);
}

function check(
  messages: fc.Arbitrary<Uint8Array>,
  tcp: boolean,
  numRuns: number,
  policy: Policy = PLAIN_POLICY,
): void {
  // One responder for all: nothing of a query may be left for the next.
  const responder = newResponder(made.table, seededRandom(1), undefined, policy);
  responder.now = NOON;
  fc.assert(
    fc.property(messages, peers, fc.nat(40), (message, peer, at) => {
      setPeer(responder, peer, 0, peer.length === 16);
      const fault = faultOf(message, answer(message, responder, tcp, at), tcp, policy);
      if (fault !== undefined) throw new Error(fault);
    }),
    { numRuns },
  );
}

t.test('sound queries', async () => check(soundQuery, false, 4000));
t.test('messages of every kind', async () => check(anyMessage, false, 8000));
t.test('with all that a config may ask for', async () => {
  const chaos = chaosAnswers({ version: 'x'.repeat(128), id: 'ns1' });
  const policy = withCookies({ nsid: new Uint8Array(128), chaos });
  check(anyMessage, false, 8000, policy);
  check(anyMessage, true, 500, policy);
  check(anyMessage, false, 2000, withCookies({ chaos, cookieRequired: true }));
  check(anyMessage, false, 2000, { ...policy, rateLimit: limits({ burst: 2, rate: 1 }) });
});
t.test('the same over TCP', async () => check(anyMessage, true, 500));

t.test('every rcode that there is comes up', async (t) => {
  const responder = newResponder(made.table, seededRandom(1));
  const rcodes = new Set(
    fc.sample(anyMessage, { numRuns: 4000, seed: 11 }).flatMap((message) => {
      const { reply } = answer(message, responder, false, 0);
      return reply.length === 0 ? [] : [readReply(reply).rcode];
    }),
  );
  t.same(
    [...rcodes].sort((a, b) => a - b),
    [0, 1, 3, 4, 5, 16],
  );
});

/** Padding (RFC 7830, RFC 8467, RFC 9539 §3.5): how long answers are over TLS, and what is in them. */
import t from 'tap';
import { MAX_MESSAGE, writeOpt } from '../../src/answer/edns.js';
import { respond } from '../../src/answer/respond.js';
import { newResponder } from '../../src/answer/responder.js';
import { seededRandom } from '../../src/platform/random.js';
import { makeTable } from '../compile/make-table.js';
import { type Asked, option, query, readReply } from '../dns-message.js';

const BLOCK = 468;
const PADDING = 12;

/** TXT records that take so many octets together in an answer. */
function records(octets: number): string {
  const head = 13;
  const full = Math.floor((octets - head - 10) / (head + 255));
  const lengths = [...Array<number>(full).fill(255), octets - full * (head + 255) - head];
  return lengths.map((length, i) => `"${String(i).padEnd(length, 'x')}"`).join(', ');
}
/** Octets of header, question, OPT and an empty option for a name of four letters in the zone. */
const REST = 12 + 21 + 4 + 11 + 4;

const { table } = makeTable([
  `zone: dl.example.org
ns: [ns.example.net]
pools: { "@": {} }
mirrors: { one: { addresses: [192.0.2.1] } }
records:
  short: { TXT: [here] }
  long: { TXT: [${records(4 * BLOCK - REST)}] }
  more: { TXT: [${records(4 * BLOCK - REST + 1)}] }
`,
]);

/** The answer's octets; the room is full of somebody else's before. */
function answered(asked: Asked, encrypted: boolean, overTcp = true): Buffer {
  const responder = newResponder(table, seededRandom(1));
  responder.encrypted = encrypted;
  const room = Buffer.alloc(70_000, 0xaa);
  const message = query(asked);
  const start = 7;
  room.set(message, start);
  const view = new DataView(room.buffer, room.byteOffset, room.length);
  const length = respond(view, start, message.length, overTcp, responder);
  return room.subarray(start, start + length);
}

const padded = (octets = 0) => ({ options: [option(PADDING, new Uint8Array(octets).fill(7))] });

t.test('up to a multiple of 468 octets, with zeros, as the last of all', async (t) => {
  for (const [name, blocks] of [
    ['dl.example.org', 1],
    ['short.dl.example.org', 1],
    ['nothing.dl.example.org', 1],
    ['example.com', 1],
    ['more.dl.example.org', 5],
  ] as const) {
    for (const asks of [0, 1, 300]) {
      const answer = answered({ name, type: 'TXT', edns: padded(asks) }, true);
      t.equal(answer.length, blocks * BLOCK, name);
      const options = readReply(answer).edns?.options ?? [];
      const last = options.at(-1) ?? '';
      t.match(last, new RegExp(`^${PADDING}:(00)+$`));
      const zeros = Buffer.from(last.slice('12:'.length), 'hex');
      t.same(answer.subarray(-zeros.length), zeros, 'behind all else');
    }
  }
});

t.test('what is as long already has the option, and nothing in it', async (t) => {
  const answer = answered({ name: 'long.dl.example.org', type: 'TXT', edns: padded() }, true);
  t.same([answer.length, readReply(answer).edns?.options], [4 * BLOCK, ['12:']]);
});

t.test('beside other options', async (t) => {
  const options = [option(11, new Uint8Array()), ...padded().options];
  const answer = answered({ name: 'short.dl.example.org', type: 'TXT', edns: { options } }, true);
  t.equal(answer.length, BLOCK);
  t.match(readReply(answer).edns?.options, ['11:0000', /^12:(00)+$/]);
});

t.test('whether it is asked for or not, and once', async (t) => {
  const ask = { name: 'short.dl.example.org', type: 'TXT' } as const;
  for (const edns of [{}, { version: 1 }, { options: [...padded(2).options, ...padded().options] }]) {
    const answer = answered({ ...ask, edns }, true);
    t.equal(answer.length, BLOCK);
    t.match(readReply(answer).edns?.options, [/^12:(00)+$/]);
    t.equal(readReply(answer).edns?.options.length, 1);
  }
});

t.test('only over TLS, and only with EDNS', async (t) => {
  const ask = { name: 'short.dl.example.org', type: 'TXT' } as const;
  t.same(readReply(answered({ ...ask, edns: padded() }, false)).edns?.options, []);
  t.same(readReply(answered({ ...ask, edns: padded() }, false, false)).edns?.options, []);
  t.equal(readReply(answered(ask, true)).edns, undefined);
});

t.test('a message that is nearly as long as any may be is filled, and no further', async (t) => {
  const responder = newResponder(table, seededRandom(1));
  responder.encrypted = true;
  const room = new DataView(new ArrayBuffer(70_000));
  const start = 2;
  const opt = 11;
  const lengthWith = (before: number): number => writeOpt(room, start, start + before, responder, 0) - start;
  t.equal(lengthWith(MAX_MESSAGE - opt - 4 - 10), MAX_MESSAGE);
  t.equal(lengthWith(MAX_MESSAGE - opt - 4), MAX_MESSAGE);
  t.equal(lengthWith(MAX_MESSAGE - opt - 3), MAX_MESSAGE - 3, 'without the option');
  t.equal(lengthWith(MAX_MESSAGE - opt), MAX_MESSAGE);
});

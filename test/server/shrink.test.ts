/** Answers are made smaller, step by step. */
import t, { type Test } from 'tap';
import { newTally, TALLY } from '../../src/answer/tally.js';
import { shrink } from '../../src/server/shrink.js';
import { type Asked, opt, option, query, type Reply, readReply, record, TYPES } from '../dns-message.js';

const NAME = 'dl.example.org';
/** QR, AA and RD. */
const FLAGS = 0x8500;
const OWNER = Uint8Array.of(0xc0, 12);
const address = (last: number, owner: string | Uint8Array = OWNER): Uint8Array =>
  record(owner, TYPES.A, 60, Uint8Array.of(192, 0, 2, last));
const EDNS = opt({ dnssecOk: true, options: [option(3, Uint8Array.of(1, 2))] });

/** What is left after each step, until there is none. */
function steps(t: Test, message: Asked): { replies: Reply[]; truncated: number } {
  // It does not lie at the beginning, and there is something behind it.
  const START = 5;
  const octets = query({ flags: FLAGS, ...message });
  const memory = new Uint8Array(START + octets.length + 7).fill(0xee);
  memory.set(octets, START);
  const tally = newTally();
  const replies: Reply[] = [];
  for (let length = octets.length; ; ) {
    const less = shrink(new DataView(memory.buffer), START, length, tally);
    t.same(
      memory.subarray(START + octets.length),
      new Uint8Array(7).fill(0xee),
      'nothing behind it is touched',
    );
    if (less === length) return { replies, truncated: tally[TALLY.TRUNCATED] ?? 0 };
    length = less;
    replies.push(readReply(memory.slice(START, START + length)));
  }
}

t.test('the additional section goes first, then all records, with TC; OPT stays', async (t) => {
  const { replies, truncated } = steps(t, {
    name: NAME,
    answer: [address(1), address(2)],
    authority: [record(NAME, TYPES.NS, 60, Uint8Array.of(1, 97, 0))],
    additional: [address(3, 'ns.example.org'), address(4, ''), EDNS],
  });
  const common = {
    id: 0x1234,
    qr: true,
    aa: true,
    rd: true,
    question: `${NAME} 1 1`,
    additionals: [],
    edns: { size: 1232, flags: 0x8000, options: ['3:0102'] },
  };
  t.equal(replies.length, 2);
  t.match(replies[0], {
    ...common,
    tc: false,
    answers: [`${NAME} 60 IN A 192.0.2.1`, `${NAME} 60 IN A 192.0.2.2`],
    authorities: { length: 1 },
  });
  t.match(replies[1], { ...common, tc: true, answers: [], authorities: [] });
  t.equal(truncated, 1);
});

t.test('without a courtesy there is one step', async (t) => {
  const [only, ...more] = steps(t, { name: NAME, answer: [address(1)], additional: [EDNS] }).replies;
  t.match(only, { tc: true, answers: [], edns: { options: ['3:0102'] } });
  t.same(more, []);
});

t.test('a client without EDNS gets no OPT', async (t) => {
  const { replies } = steps(t, { name: NAME, answer: [address(1)], additional: [address(2, 'a.example')] });
  t.match(replies, [
    { tc: false, answers: { length: 1 }, additionals: [] },
    { tc: true, answers: [], additionals: [] },
  ]);
  for (const { edns } of replies) t.equal(edns, undefined);
});

t.test('TC and no record: there is nothing to take away', async (t) => {
  t.same(steps(t, { name: NAME, flags: FLAGS | 0x0200, additional: [EDNS] }).replies, []);
});

t.test('a referral keeps its glue or says TC (RFC 9471 §3.1)', async (t) => {
  const { replies, truncated } = steps(t, {
    name: NAME,
    flags: FLAGS & ~0x0400,
    authority: [record(NAME, TYPES.NS, 60, Uint8Array.of(1, 97, 0))],
    additional: [address(3, 'a'), EDNS],
  });
  t.match(replies, [{ tc: true, authorities: [], additionals: [], edns: { options: ['3:0102'] } }]);
  t.equal(replies.length, 1);
  t.equal(truncated, 1);
});

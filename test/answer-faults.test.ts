/** The judge of answers must know a bad one: each way in which an answer can be wrong, tried on a good one. */
import t from 'tap';
import { newResponder } from '../src/answer/responder.js';
import { seededRandom } from '../src/platform/random.js';
import { EXAMPLE, PLACES } from './answer/zones.js';
import { faultOfAnswer } from './answer-faults.js';
import { answerOctets, makeTable } from './compile/make-table.js';
import { octets, opt, query, record, subnet, withWord } from './dns-message.js';

const responder = newResponder(makeTable([EXAMPLE], { locations: PLACES }).table, seededRandom(1));
const asked = query({ name: 'dl.example.org', edns: { options: [subnet('5.1.2.0/24')] } });
const good = answerOctets(responder, asked);
const NONE = new Uint8Array(0);

/** The message with some octets of the question changed. */
function withOctet(message: Uint8Array, at: number, value: number): Uint8Array {
  const changed = message.slice();
  changed[at] = value;
  return changed;
}

t.test('what is good is good', async (t) => {
  t.equal(faultOfAnswer(asked, good, false), undefined);
  t.equal(faultOfAnswer(withWord(asked, 2, 0x8000), NONE, false), undefined);
  t.equal(faultOfAnswer(asked.subarray(0, 11), NONE, false), undefined);
  const header = withWord(withWord(asked, 2, 0x8001), 4, 0)
    .subarray(0, 12)
    .fill(0, 6);
  t.equal(faultOfAnswer(asked, header, false), undefined);
});

t.test('what is bad is bad', async (t) => {
  const plain = query({ name: 'dl.example.org' });
  const large = octets(
    withWord(good, 6, 90).subarray(0, good.length),
    ...Array.from({ length: 40 }, () => record('x', 16, 0, new Uint8Array(20))),
  );
  const cases: readonly [what: string, asked: Uint8Array, answer: Uint8Array, fault: RegExp][] = [
    ['silence', asked, NONE, /not answered/],
    ['a piece', asked, good.subarray(0, 11), /shorter/],
    ['to an answer', withWord(asked, 2, 0x8000), good, /not due/],
    ['id', asked, withWord(good, 0, 1), /another id/],
    ['no QR', asked, withWord(good, 2, 0x0400), /QR/],
    ['opcode', asked, withWord(good, 2, 0xa400), /opcode/],
    ['RA', asked, withWord(good, 2, 0x8480), /RA/],
    ['too long', plain, large, /octets are more than may be/],
    ['the case of the name', asked, withOctet(good, 13, 0x44), /another question/],
    ['two questions', asked, withWord(good, 4, 2), /several questions/],
    ['no question', asked, withWord(good, 4, 0), /decoded|octets behind/],
    ['a question of its own', withWord(asked, 4, 0), good, /nobody asked/],
    ['cut', asked, good.subarray(0, -1), /decoded|octets behind/],
    ['something behind', asked, octets(good, new Uint8Array(1)), /octets behind/],
    ['two OPT', asked, octets(withWord(good, 10, 2), opt({})), /several OPT/],
    ['half an answer', asked, withWord(good, 2, 0x8600), /TC beside/],
  ];
  for (const [what, message, answer, fault] of cases) {
    t.match(faultOfAnswer(message, answer, false), fault, what);
  }
  t.match(faultOfAnswer(plain, good, true), /OPT for who did not ask/);
});

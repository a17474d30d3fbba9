/** The header and the OPT record that an answer ends with, whatever it holds. */
import t from 'tap';
import {
  finishEmpty,
  finishLimited,
  finishRefused,
  finishTruncated,
  finishWithoutQuestion,
} from '../../src/answer/finish.js';
import { LIMIT } from '../../src/answer/preprocess.js';
import { newResponder, type Responder } from '../../src/answer/responder.js';
import { TALLY, type Tally } from '../../src/answer/tally.js';
import { seededRandom } from '../../src/platform/random.js';
import { FLAG, RCODE } from '../../src/wire/codes.js';
import { parseQuery, SHAPE } from '../../src/wire/query.js';
import { makeTable } from '../compile/make-table.js';
import { type Asked, query, type Reply, readReply } from '../dns-message.js';
import { EXAMPLE } from './zones.js';

const { table } = makeTable([EXAMPLE]);
const ASKED: Asked = { name: 'dl.example.org', edns: {} };
const START = 6;

type Finish = (packet: DataView, start: number, responder: Responder) => number;

/** What comes back for a query that ends so, and what was counted; no reply for silence. */
function finished(asked: Asked, finish: Finish): { reply: Reply | undefined; tally: Tally } {
  const message = query(asked);
  const octets = new Uint8Array(START + 512);
  octets.set(message, START);
  const packet = new DataView(octets.buffer);
  const responder = newResponder(table, seededRandom(1));
  if (parseQuery(packet, START, message.length, responder.query) !== SHAPE.GOOD) throw new Error('no query');
  const length = finish(packet, START, responder);
  return {
    reply: length === 0 ? undefined : readReply(octets.slice(START, START + length)),
    tally: responder.tally,
  };
}

t.test('of the flags that came, the opcode and RD come back', async (t) => {
  const { reply, tally } = finished({ ...ASKED, flags: 0x7ff0 }, (packet, start, responder) =>
    finishEmpty(packet, start, responder, RCODE.NOTIMP),
  );
  t.match(reply, { qr: true, opcode: 15, rd: true, aa: false, tc: false, ra: false, ad: false, cd: false });
  t.same([reply?.answers, reply?.authorities, reply?.additionals], [[], [], []]);
  t.equal(reply?.question, 'dl.example.org 1 1');
  t.equal(tally[TALLY.RCODE + RCODE.NOTIMP], 1);
});

t.test('what a rcode has above its four bits is in OPT', async (t) => {
  const end: Finish = (packet, start, responder) => finishEmpty(packet, start, responder, RCODE.BADCOOKIE);
  t.equal(finished(ASKED, end).reply?.rcode, 23);
  t.equal(finished(ASKED, end).tally[TALLY.RCODE + RCODE.BADCOOKIE], 1);
});

t.test('OPT is there where the query had one', async (t) => {
  const end: Finish = (packet, start, responder) =>
    finishRefused(packet, start, responder, RCODE.REFUSED | (18 << 8));
  t.same(finished(ASKED, end).reply?.edns?.options, ['15:0012'], 'with the reason of a refusal');
  const plain = finished({ name: 'dl.example.org' }, end).reply;
  t.same([plain?.rcode, plain?.edns, plain?.additionals], [5, undefined, []]);
});

t.test('a question that is not repeated is not counted either', async (t) => {
  const { reply } = finished(ASKED, (packet, start, responder) =>
    finishWithoutQuestion(packet, start, responder, RCODE.FORMERR),
  );
  t.same([reply?.rcode, reply?.question, reply?.length], [1, undefined, 23]);
});

t.test('who had too many answers gets nothing, TC, or a cookie', async (t) => {
  const limited = (verdict: number, shape: number = SHAPE.GOOD) =>
    finished(ASKED, (packet, start, responder) => finishLimited(packet, start, responder, verdict, shape))
      .reply;
  t.equal(limited(LIMIT.DROP), undefined);
  t.same([limited(LIMIT.TRUNCATE)?.rcode, limited(LIMIT.TRUNCATE)?.tc], [0, true]);
  t.same([limited(LIMIT.BADCOOKIE)?.rcode, limited(LIMIT.BADCOOKIE)?.tc], [23, false]);
  t.equal(limited(LIMIT.TRUNCATE, SHAPE.NO_QUESTION)?.question, undefined);
});

t.test('an answer that is cut says so, and is counted', async (t) => {
  const { reply, tally } = finished(ASKED, (packet, start, responder) =>
    finishTruncated(packet, start, responder, FLAG.AA),
  );
  t.same([reply?.tc, reply?.aa, reply?.answers], [true, true, []]);
  t.equal(tally[TALLY.TRUNCATED], 1);
});

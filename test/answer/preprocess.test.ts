/** What is not answered, or with an error alone: by opcode, class, type and shape. */
import t from 'tap';
import { newResponder } from '../../src/answer/responder.js';
import { seededRandom } from '../../src/platform/random.js';
import { answerOctets, asker, makeTable } from '../compile/make-table.js';
import { addressesOf, octets, opt, query, readReply, type TYPES, withWord } from '../dns-message.js';
import { EXAMPLE, GERMAN, PLACES } from './zones.js';

const made = makeTable([EXAMPLE], { locations: PLACES });
const ask = asker(made.table);
const responder = newResponder(made.table, seededRandom(1));
const answer = (message: Uint8Array): Uint8Array => answerOctets(responder, message);

t.test('a response is never answered', async (t) => {
  for (const flags of [0x8000, 0x8400, 0x8180, 0xa800, 0xffff]) {
    t.equal(answer(query({ name: 'dl.example.org', flags })).length, 0);
    t.equal(answer(query({ name: 'dl.example.org', flags, edns: {} })).length, 0);
  }
});

t.test('nothing shorter than a header is answered', async (t) => {
  const message = query({ name: 'dl.example.org' });
  for (let length = 0; length < 12; length++) t.equal(answer(message.subarray(0, length)).length, 0);
});

t.test('what has no whole question gets a header', async (t) => {
  const message = query({ name: 'dl.example.org', flags: 0x0110, id: 0xabcd });
  for (let length = 12; length < message.length; length++) {
    t.same([...answer(message.subarray(0, length))], [0xab, 0xcd, 0x81, 0x01, 0, 0, 0, 0, 0, 0, 0, 0]);
  }
});

t.test('RFC 9619: one question, no more and no fewer', async (t) => {
  const one = query({ name: 'dl.example.org' });
  const two = withWord(octets(one, one.subarray(12)), 4, 2);
  for (const message of [
    two,
    withWord(one, 4, 0),
    withWord(one, 4, 2),
    withWord(one.subarray(0, 12), 4, 0),
  ]) {
    const reply = readReply(answer(message));
    t.same([reply.rcode, reply.question, reply.length], [1, undefined, 12]);
  }
});

t.test('RFC 6891 §6.1.1: OPT is due where the query had one, question or not', async (t) => {
  const one = query({ name: 'dl.example.org' });
  const head = withWord(one.subarray(0, 12), 10, 1);
  const version1 = opt({ version: 1 });
  const table: [what: string, message: Uint8Array, rcode: number, edns: boolean][] = [
    ['no question', octets(withWord(head, 4, 0), opt()), 1, true],
    ['two questions', octets(withWord(head, 4, 2), one.subarray(12), one.subarray(12), opt()), 1, true],
    ['no question, EDNS 1', octets(withWord(head, 4, 0), version1), 16, true],
    [
      'two questions, EDNS 1',
      octets(withWord(head, 4, 2), one.subarray(12), one.subarray(12), version1),
      16,
      true,
    ],
    ['two questions, one missing', octets(withWord(head, 4, 2), one.subarray(12), opt()), 1, false],
    [
      'two questions and something behind',
      octets(withWord(head, 4, 2), one.subarray(12), one.subarray(12), opt(), opt()),
      1,
      true,
    ],
    ['no question, another opcode', octets(withWord(withWord(head, 4, 0), 2, 0x7800), opt()), 4, true],
    [
      'RFC 8490: a DSO message',
      octets(withWord(withWord(head, 4, 0), 2, 0x3000), Uint8Array.of(0, 1, 0, 0)),
      4,
      false,
    ],
  ];
  for (const [what, message, rcode, edns] of table) {
    const reply = readReply(answer(message));
    t.same(
      [reply.rcode, reply.edns !== undefined, reply.question, reply.aa],
      [rcode, edns, undefined, false],
      what,
    );
    t.same(reply.edns?.options ?? [], []);
  }
});

t.test('what is malformed behind its question gets FORMERR with it', async (t) => {
  const message = query({ name: 'dL.example.org', edns: {} });
  for (let length = message.length - 10; length < message.length; length++) {
    const reply = readReply(answer(message.subarray(0, length)));
    t.same([reply.rcode, reply.aa, reply.question], [1, false, 'dL.example.org 1 1']);
    t.same([reply.answers, reply.authorities, reply.additionals], [[], [], []]);
  }
  t.equal(readReply(answer(octets(query({ name: 'dl.example.org' }), Uint8Array.of(0)))).rcode, 1);
});

t.test('opcodes other than QUERY', async (t) => {
  for (let opcode = 1; opcode < 16; opcode++) {
    const flags = (opcode << 11) | 0x0100;
    const reply = ask({ name: 'dl.example.org', type: 'SOA', flags, edns: { dnssecOk: true } });
    t.same([reply.rcode, reply.opcode, reply.rd, reply.aa], [4, opcode, true, false]);
    t.same([reply.answers, reply.authorities], [[], []]);
    t.equal(reply.question, 'dl.example.org 1 6');
    t.equal(reply.edns?.flags, 0x8000);
  }
});

t.test('RFC 8906 §8.1.4: an opcode that is not known is NOTIMP, whatever the message holds', async (t) => {
  const header = withWord(query({ name: 'a', flags: 15 << 11 }).subarray(0, 12), 4, 0);
  t.same([...answer(header)].slice(2, 4), [0x80 | (15 << 3), 4]);
  const cut = query({ name: 'dl.example.org', flags: 5 << 11, edns: {} });
  for (let length = 12; length <= cut.length; length++) {
    t.equal(readReply(answer(cut.subarray(0, length))).rcode, 4);
  }
});

t.test('classes', async (t) => {
  for (const number of [0, 2, 3, 4, 254, 65_535]) {
    for (const name of ['dl.example.org', 'version.bind', 'x.dl.example.org']) {
      const reply = ask({ name, type: 'TXT', class: number });
      t.same([reply.rcode, reply.aa, reply.answers, reply.authorities], [5, false, [], []]);
      t.equal(reply.question, `${name} ${number} 16`);
    }
  }
});

t.test('RFC 1035 §6.2: class ANY is answered from IN, not with authority', async (t) => {
  const pool = ask({ name: 'dl.example.org', class: 255 }, { from: GERMAN });
  t.same([pool.rcode, pool.aa], [0, false]);
  t.same(addressesOf(pool).sort(), ['192.0.2.10', '192.0.2.20']);
  const missing = ask({ name: 'x.dl.example.org', class: 255 });
  t.same([missing.rcode, missing.aa, missing.authorities.length], [3, false, 1]);
  t.equal(ask({ name: 'dl.example.org', type: 'NS', class: 255 }).aa, false);
  t.equal(ask({ name: 'example.com', class: 255 }).rcode, 5);
});

t.test('types that are no data', async (t) => {
  const table: [type: keyof typeof TYPES, rcode: number][] = [
    ['AXFR', 5],
    ['IXFR', 5],
    ['MAILA', 4],
    ['MAILB', 4],
    ['OPT', 1],
    ['TKEY', 1],
    ['TSIG', 1],
  ];
  for (const [type, rcode] of table) {
    for (const transport of [{}, { tcp: true }]) {
      for (const name of ['dl.example.org', 'x.dl.example.org', 'example.com']) {
        const reply = ask({ name, type }, transport);
        t.same([reply.rcode, reply.aa, reply.answers, reply.authorities], [rcode, false, [], []]);
      }
    }
  }
});

t.test('what a table without zones says', async (t) => {
  const table = { ...made.table, names: makeTable([]).table.names };
  const reply = asker(table)({ name: 'dl.example.org', edns: {} });
  t.same([reply.rcode, reply.aa], [5, false]);
});

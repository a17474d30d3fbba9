/** What a query says once it is taken apart, and every way in which a message can be malformed. */
import t from 'tap';
import { hashName, lettersOf } from '../../src/wire/names.js';
import { newQuery, parseQuery, SHAPE } from '../../src/wire/query.js';
import {
  octets,
  opt,
  option,
  query,
  record,
  subnet,
  TYPES,
  wireName,
  withWord,
  word,
} from '../dns-message.js';
import { parse, parseAt, type ShapeName } from './parse.js';

const LONG = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
const MANY = Array.from({ length: 127 }, (_, i) => String.fromCharCode(97 + (i % 26))).join('.');

t.test('a plain query', async (t) => {
  const message = query({ name: 'dl.Example.org', type: 'AAAA', flags: 0x0110 });
  const { shape, query: read } = parse(message);
  t.equal(shape, 'GOOD');
  t.equal(read.flags, 0x0110);
  t.equal(read.opcode, 0);
  t.equal(read.questionEnd, message.length);
  t.equal(read.nameLength, 16);
  t.equal(read.labels, 3);
  t.same([...read.labelAt.subarray(0, 3)], [12, 15, 23]);
  t.equal(read.type, 28);
  t.equal(read.class, 1);
  t.equal(read.edns, false);
  t.equal(read.udpSize, 512);
  t.equal(read.subnet.present, false);
});

t.test('the hash of every suffix is that of the name itself, in lower case', async (t) => {
  for (const name of ['dl.example.org', 'DL.eXample.ORG', 'org', LONG, MANY]) {
    const { shape, query: read } = parse(query({ name }));
    t.equal(shape, 'GOOD');
    const labels = name.toLowerCase().split('.');
    t.equal(read.labels, labels.length);
    for (let i = 0; i <= labels.length; i++) {
      const suffix = hashName(wireName(labels.slice(i).join('.')));
      if (read.suffixHash[i] !== suffix) t.fail(`${name} from label ${i} on`);
    }
  }
});

t.test('the root', async (t) => {
  const { shape, query: read } = parse(query({ name: '', type: 'NS' }));
  t.equal(shape, 'GOOD');
  t.equal(read.labels, 0);
  t.equal(read.nameLength, 1);
});

t.test('names as long as they may be, with labels beyond what an octet can count', async (t) => {
  const long = parse(query({ name: LONG })).query;
  t.equal(long.nameLength, 255);
  t.same([...long.labelAt.subarray(0, 4)], [12, 76, 140, 204]);
  const many = parse(query({ name: MANY })).query;
  t.equal(many.nameLength, 255);
  t.equal(many.labels, 127);
  t.equal(many.labelAt[126], 264);
});

t.test('EDNS', async (t) => {
  const read = (edns: Parameters<typeof opt>[0] = {}) =>
    parse(query({ name: 'example.org', edns: { ...edns } })).query;
  t.equal(read().edns, true);
  t.equal(read({ size: 4096 }).udpSize, 4096);
  t.equal(read({ size: 0 }).udpSize, 0);
  t.equal(read({ dnssecOk: true }).dnssecOk, true);
  t.equal(read({ flags: 0x7fff }).dnssecOk, false, 'the other flags mean nothing');
  t.equal(read({ version: 1 }).ednsVersion, 1);
  t.equal(read({ extendedRcode: 255 }).edns, true, 'an rcode in a query means nothing');
  const other = read({ options: [option(3, new Uint8Array()), option(65_001, new Uint8Array(40))] });
  t.equal(other.subnet.present, false, 'options that nobody knows are nothing');
});

t.test('a query forgets the one before', async (t) => {
  const kept = newQuery();
  const edns = { size: 4096, version: 0, dnssecOk: true, options: [subnet('192.0.2.0/24')] };
  parse(query({ name: 'a.b.c', edns }), kept);
  t.equal(kept.subnet.present, true);
  parse(query({ name: 'a', edns: { version: 3 } }), kept);
  t.equal(kept.ednsVersion, 3);
  t.equal(kept.subnet.present, false);
  parse(query({ name: 'a' }), kept);
  t.same(
    [kept.edns, kept.udpSize, kept.ednsVersion, kept.dnssecOk, kept.subnet.present],
    [false, 512, 0, false, false],
  );
});

const plain = query({ name: 'dl.example.org' });
const edns = query({ name: 'dl.example.org', edns: { options: [subnet('192.0.2.0/24')] } });
const a = record('x.example', TYPES.A, 60, Uint8Array.of(192, 0, 2, 1));
const named = (name: Uint8Array) => query({ name });

t.test('shapes', async (t) => {
  const table: [name: string, message: Uint8Array, shape: ShapeName][] = [
    ['nothing', new Uint8Array(), 'SILENCE'],
    ['half a header', plain.subarray(0, 11), 'SILENCE'],
    ['a response', query({ name: 'a', flags: 0x8000 }), 'SILENCE'],
    ['a response that is malformed', query({ name: 'a', flags: 0x8180 }).subarray(0, 13), 'SILENCE'],
    ['a header alone', withWord(plain.subarray(0, 12), 4, 0), 'NO_QUESTION'],
    [
      'no question, but EDNS',
      octets(withWord(withWord(plain.subarray(0, 12), 4, 0), 10, 1), opt()),
      'NO_QUESTION',
    ],
    ['no question, but records', withWord(edns, 4, 0), 'BAD_QUESTION'],
    ['RFC 9619: two questions', withWord(octets(plain, plain.subarray(12)), 4, 2), 'BAD_QUESTION'],
    ['65535 questions', withWord(plain, 4, 0xffff), 'BAD_QUESTION'],
    ['a pointer as name', named(Uint8Array.of(0xc0, 12)), 'BAD_QUESTION'],
    ['a pointer behind a label', named(Uint8Array.of(1, 97, 0xc0, 12)), 'BAD_QUESTION'],
    ['a pointer into the header', named(Uint8Array.of(1, 97, 0xc0, 0)), 'BAD_QUESTION'],
    ['a label of type 01', named(Uint8Array.of(0x41, 97, 0)), 'BAD_QUESTION'],
    ['a label of type 10', named(Uint8Array.of(0x81, 97, 0)), 'BAD_QUESTION'],
    ['a label of 64 octets', named(octets(Uint8Array.of(64), new Uint8Array(64), word(0))), 'BAD_QUESTION'],
    ['a name of 255 octets', named(wireName(LONG)), 'GOOD'],
    ['a name of 256 octets', named(wireName(`${LONG}d`)), 'BAD_QUESTION'],
    ['a name of 127 labels', named(wireName(MANY)), 'GOOD'],
    ['a name of 128 labels', named(wireName(`a.${MANY}`)), 'BAD_QUESTION'],
    ['a name without end', octets(plain.subarray(0, 12), new Uint8Array(400).fill(1)), 'BAD_QUESTION'],
    ['a type without class', plain.subarray(0, plain.length - 2), 'BAD_QUESTION'],
    ['an octet too many', octets(plain, Uint8Array.of(0)), 'BAD_AFTER_QUESTION'],
    ['a record too many', octets(plain, a), 'BAD_AFTER_QUESTION'],
    ['a record too few', withWord(plain, 10, 1), 'BAD_AFTER_QUESTION'],
    [
      '65535 records of each section',
      withWord(withWord(withWord(plain, 6, 0xffff), 8, 0xffff), 10, 0xffff),
      'BAD_AFTER_QUESTION',
    ],
    ['records in every section', query({ name: 'a', answer: [a], authority: [a], additional: [a] }), 'GOOD'],
    [
      'a pointer as owner',
      query({ name: 'a', additional: [record(Uint8Array.of(0xc0, 12), 1, 0, word(0))] }),
      'GOOD',
    ],
    ['half a pointer as owner', withWord(octets(plain, Uint8Array.of(0xc0)), 10, 1), 'BAD_AFTER_QUESTION'],
    [
      'an owner of type 01',
      query({ name: 'a', additional: [record(Uint8Array.of(0x41, 97, 0), 1, 0, word(0))] }),
      'BAD_AFTER_QUESTION',
    ],
    [
      'an owner of type 10',
      query({ name: 'a', additional: [record(Uint8Array.of(0x80), 1, 0, word(0))] }),
      'BAD_AFTER_QUESTION',
    ],
    ['an owner of 255 octets', query({ name: 'a', answer: [record(LONG, 1, 0, word(0))] }), 'GOOD'],
    [
      'an owner of 256 octets',
      query({ name: 'a', answer: [record(`${LONG}d`, 1, 0, word(0))] }),
      'BAD_AFTER_QUESTION',
    ],
    [
      'data longer than the message',
      query({ name: 'a', answer: [withWord(a, a.length - 6, 5)] }),
      'BAD_AFTER_QUESTION',
    ],
    [
      'data shorter than its record',
      query({ name: 'a', answer: [withWord(a, a.length - 6, 3)] }),
      'BAD_AFTER_QUESTION',
    ],
    ['OPT', query({ name: 'a', edns: {} }), 'GOOD'],
    ['OPT behind other records', query({ name: 'a', additional: [a, opt(), a] }), 'GOOD'],
    [
      'RFC 6891 §6.1.1: two OPT records',
      query({ name: 'a', edns: {}, additional: [opt()] }),
      'BAD_AFTER_QUESTION',
    ],
    ['two OPT records apart', query({ name: 'a', additional: [opt(), a, opt()] }), 'BAD_AFTER_QUESTION'],
    ['OPT among the answers', query({ name: 'a', answer: [opt()] }), 'BAD_AFTER_QUESTION'],
    ['OPT in the authority section', query({ name: 'a', authority: [opt()] }), 'BAD_AFTER_QUESTION'],
    ['OPT with a name', query({ name: 'a', edns: { owner: wireName('a') } }), 'BAD_AFTER_QUESTION'],
    [
      'OPT with a pointer to the root',
      query({ name: 'a', edns: { owner: Uint8Array.of(0xc0, 14) } }),
      'BAD_AFTER_QUESTION',
    ],
    [
      'an option cut off in its header',
      query({ name: 'a', edns: { options: [Uint8Array.of(0, 3, 0)] } }),
      'BAD_AFTER_QUESTION',
    ],
    [
      'an option longer than OPT',
      query({ name: 'a', edns: { options: [octets(word(3), word(1))] } }),
      'BAD_AFTER_QUESTION',
    ],
    [
      'an option longer than OPT, with a record to run into',
      query({ name: 'a', edns: { options: [octets(word(3), word(4))] }, additional: [a] }),
      'BAD_AFTER_QUESTION',
    ],
    [
      'an option of 65535 octets',
      query({ name: 'a', edns: { options: [octets(word(3), word(0xffff))] } }),
      'BAD_AFTER_QUESTION',
    ],
    [
      'options of a version that nobody knows',
      query({ name: 'a', edns: { version: 1, options: [word(3)] } }),
      'GOOD',
    ],
    ['another opcode', query({ name: 'a', flags: 0x2800 }), 'GOOD'],
  ];
  for (const [name, message, shape] of table) t.equal(parse(message).shape, shape, name);
});

t.test('what is flawed behind its question still has one', async (t) => {
  const { shape, query: read } = parse(octets(query({ name: 'dl.example.org' }), Uint8Array.of(7)));
  t.equal(shape, 'BAD_AFTER_QUESTION');
  t.equal(read.questionEnd, plain.length);
  t.equal(read.type, 1);
});

t.test('a valid query cut off anywhere is not a good one', async (t) => {
  const messages = [
    plain,
    edns,
    query({ name: LONG, edns: { options: [option(10, new Uint8Array(8)), subnet('2001:db8::/56')] } }),
    query({ name: 'a', answer: [a], authority: [a], edns: {}, additional: [a] }),
  ];
  for (const message of messages) {
    t.equal(parse(message).shape, 'GOOD');
    const question = 12 + parse(message).query.nameLength + 4;
    for (let length = 0; length < message.length; length++) {
      const { shape } = parse(message.subarray(0, length));
      const expected = length < 12 ? 'SILENCE' : length < question ? 'BAD_QUESTION' : 'BAD_AFTER_QUESTION';
      if (shape !== expected) t.fail(`${shape} at ${length} of ${message.length}, not ${expected}`);
    }
  }
});

t.test('it is cut off where its length says, whatever the buffer holds behind it', async (t) => {
  for (let length = 0; length < edns.length; length++) {
    const { shape } = parseAt(edns, 0, length);
    if (shape !== parse(edns.subarray(0, length)).shape) t.fail(`${shape} at ${length}`);
  }
  t.pass();
});

t.test('a name that was expected is known at a glance, and no other one is taken for it', async (t) => {
  const name = wireName('dl.example.org');
  const names = Uint8Array.of(...wireName('other.example'), ...name, ...lettersOf(name));
  const at = wireName('other.example').length;
  const read = newQuery({ octets: new DataView(names.buffer) });
  const parsed = (message: Uint8Array): number =>
    parseQuery(new DataView(message.buffer, message.byteOffset), 0, message.length, read);
  const asked = (name: string): boolean => {
    t.equal(parsed(query({ name, type: 'AAAA' })), SHAPE.GOOD, name);
    t.equal(read.nameLength, wireName(name).length);
    t.equal(read.type, 28);
    return read.isLikely;
  };
  t.notOk(asked('dl.example.org'), 'before anything is expected');
  read.likely.at = at;
  read.likely.length = name.length;
  t.ok(asked('dl.example.org'));
  t.ok(asked('dL.EXAMPLE.org'));
  for (const name of [
    'dl.example.or',
    'dl.example.orgs',
    'dl.example',
    'dm.example.org',
    'x.dl.example.org',
    '',
  ]) {
    t.notOk(asked(name), name);
  }
  const message = query({ name: 'dl.example.org' });
  for (let length = 12; length < message.length; length++) {
    if (parsed(message.subarray(0, length)) !== SHAPE.BAD_QUESTION) t.fail(`cut to ${length} octets`);
  }
  t.equal(parsed(message), SHAPE.GOOD);
});

/** Which proofs go into an answer where DO is set, and where. Whether they prove anything is asked in test/dnssec. */
import t from 'tap';
import type { Answer, NodeAnswers } from '../../src/compile/zones/answers.js';
import { type AnswerBody, writeBody } from '../../src/compile/zones/body-writer.js';
import { layOutNames } from '../../src/compile/zones/name-table.js';
import { asker, makeTable } from '../compile/make-table.js';
import type { Reply } from '../dns-message.js';

const ZONE = 'example.org';
const UNSIGNED = `
zone: example.net
ns: [ns1.example.com]
pools: { "@": { probe: { type: none } } }
mirrors: { boreas: { addresses: [192.0.2.20] } }
`;

/** A body of two TXT records in the authority section, in place of an NSEC and its RRSIG. */
function proof(name: string): AnswerBody {
  const data = Uint8Array.from([name.length, ...Buffer.from(name)]);
  const entry = { owner: { kind: 'name', name: `${name}.${ZONE}` }, type: 16, ttl: 9, data } as const;
  return writeBody(
    [
      { ...entry, section: 'ns' },
      { ...entry, section: 'ns' },
    ],
    ZONE,
  );
}

function text(letters: string, section: 'an' | 'ns', type = 16): AnswerBody {
  const data = Uint8Array.from([letters.length, ...Buffer.from(letters)]);
  return writeBody([{ owner: { kind: 'question', name: ZONE }, type, ttl: 9, data, section }], ZONE);
}

const [first, second, third, fourth] = ['p1', 'p2', 'p3', 'p4'].map(proof);
if (first === undefined || second === undefined || third === undefined || fourth === undefined)
  throw new Error('there are four');

const denial: Answer = {
  rcode: 3,
  body: text('nothing', 'ns'),
  signed: { body: text('signed', 'ns'), proofs: [second] },
};
const wild: Answer = {
  rcode: 0,
  body: text('wild', 'an'),
  signed: { body: text('signed wild', 'an'), proofs: [fourth, third] },
};
const there: Answer = { rcode: 0, body: text('there', 'an') };
const nodes = new Map<string, NodeAnswers>([
  [
    ZONE,
    {
      byType: new Map([[16, there]]),
      otherwise: denial,
      gaps: {
        children: ['a.example.org', 'bb.example.org', 'below.example.org'],
        proofs: [first, second, third, fourth],
      },
    },
  ],
  ['a.example.org', { byType: new Map([[16, there]]), otherwise: denial }],
  ['bb.example.org', { byType: new Map([[16, there]]), otherwise: denial }],
  [
    'below.example.org',
    {
      byType: new Map(),
      otherwise: denial,
      gaps: { children: ['*.below.example.org'], proofs: [first, third] },
    },
  ],
  ['*.below.example.org', { byType: new Map([[16, wild]]), otherwise: denial }],
]);
const made = makeTable([UNSIGNED]);
const table = { ...made.table, ...layOutNames([{ zone: ZONE, nodes, missing: denial }], () => -1) };
const ask = asker(table);
const texts = (lines: Reply['answers']): string[] => lines.map((line) => line.replace(/^.* IN TXT /, ''));

t.test('the gap of a name that does not exist, and what belongs to the answer, each once', async (t) => {
  const gaps: [name: string, said: string[]][] = [
    ['0', ['p2', 'p1']],
    ['B', ['p2']],
    ['x.y.B', ['p2']],
    ['baz', ['p2']],
    ['bc', ['p2', 'p3']],
    ['bb0', ['p2', 'p3']],
    ['x.c', ['p2', 'p4']],
    ['belowx', ['p2', 'p4']],
    ['belo', ['p2', 'p3']],
  ];
  for (const [name, said] of gaps) {
    const reply = ask({ name: `${name}.example.org`, type: 'TXT', edns: { dnssecOk: true } });
    t.equal(reply.rcode, 3, name);
    const expected = ['signed', ...said.flatMap((proof) => [proof, proof])];
    t.same(
      texts(reply.authorities),
      expected.map((each) => `"${each}"`),
      name,
    );
    t.match(reply.authorities.at(-1), `${said.at(-1)}.example.org `, 'and its owner name is whole');
  }
});

t.test('behind the records of a wildcard', async (t) => {
  const asked = { type: 'TXT', edns: { dnssecOk: true } } as const;
  const before = ask({ ...asked, name: '!.below.example.org' });
  t.same(texts(before.answers), ['"signed wild"']);
  t.same(texts(before.authorities), ['"p4"', '"p4"', '"p3"', '"p3"', '"p1"', '"p1"']);
  const behind = ask({ ...asked, name: 'x.y.below.example.org' });
  t.same(texts(behind.authorities), ['"p4"', '"p4"', '"p3"', '"p3"']);
  t.same(texts(ask({ ...asked, name: '*.below.example.org' }).authorities), ['"p4"', '"p4"', '"p3"', '"p3"']);
});

t.test('without DO there are none, and what is not signed is the same with it', async (t) => {
  for (const edns of [undefined, {}]) {
    const asked = { type: 'TXT', ...(edns !== undefined && { edns }) } as const;
    t.same(texts(ask({ ...asked, name: 'x.example.org' }).authorities), ['"nothing"']);
    const wild = ask({ ...asked, name: 'x.below.example.org' });
    t.same([texts(wild.answers), wild.authorities], [['"wild"'], []]);
  }
  const same = ask({ name: 'a.example.org', type: 'TXT', edns: { dnssecOk: true } });
  t.same([texts(same.answers), same.authorities], [['"there"'], []]);
});

t.test('what does not fit with its proofs is truncated', async (t) => {
  // The header, the question, a pointer with the rest of a record's head and two lengths, OPT; and p2 and p3.
  const room = 512 - 12 - 20 - 13 - 11 - 2 * proof('p2').octets.length;
  for (const [length, tc] of [
    [room, false],
    [room + 1, true],
  ] as const) {
    const body = (section: 'an' | 'ns'): AnswerBody => text('x'.repeat(length), section, 65_280);
    const long = { ...denial, signed: { body: body('ns'), proofs: [second] } };
    const at = { ...nodes.get(ZONE), byType: new Map() };
    const names = layOutNames(
      [{ zone: ZONE, nodes: new Map([...nodes, [ZONE, at]]), missing: long }],
      () => -1,
    );
    const askTight = asker({ ...made.table, ...names });
    const reply = askTight({ name: 'bc.example.org', type: 'TXT', edns: { dnssecOk: true, size: 512 } });
    t.same([reply.tc, reply.authorities.length], tc ? [true, 0] : [false, 5], `${length}`);
    t.equal(reply.length, tc ? 43 : 512);
  }
});

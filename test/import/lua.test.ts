import fc from 'fast-check';
import t from 'tap';
import { type Lua, readLua } from '../../src/import/lua.js';

const text = (value: string): Lua => ({ kind: 'text', text: value });

t.test('calls, tables, texts, and of what a call gives one', async (t) => {
  t.same(readLua("f(1, {'a', b = \"c\\\"\", }, nil)[1] .. 'x'"), [
    {
      when: [],
      value: {
        kind: 'joined',
        parts: [
          {
            kind: 'call',
            name: 'f',
            args: [
              { kind: 'number', number: 1 },
              { kind: 'table', items: [text('a')], keys: new Map([['b', text('c"')]]) },
              { kind: 'word', word: 'nil' },
            ],
          },
          text('x'),
        ],
      },
    },
  ]);
});

t.test('a choice of what to return', async (t) => {
  const call = (name: string): Lua => ({ kind: 'call', name, args: [] });
  const wanted = [
    { when: [call('a'), call('b')], value: text('1') },
    { when: [call('c')], value: text('2') },
    { when: [], value: text('3') },
  ];
  t.same(readLua(";if a() or b() then return '1' elseif (c()) then return '2'; else return '3' end"), wanted);
  t.same(readLua(";if a() or b() then return '1' elseif c() then return '2' end return '3'"), wanted);
  t.same(readLua("; return '1'"), [{ when: [], value: text('1') }]);
});

t.test('anything else is free code', async (t) => {
  for (const code of [
    "; local a = '1' return a",
    'a b',
    'f(',
    '{1',
    "'a",
    'f:g()',
    '1 + 2',
    '',
    `${'('.repeat(99)}1`,
  ])
    t.equal(readLua(code), undefined, code);
});

t.test('any text is read or not', async () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'a1\'"(){}[],;=. \n-', 'if', 'return', 'end'), maxLength: 40 }),
      (code) => {
        const read = readLua(code);
        return read === undefined || read.length > 0;
      },
    ),
    { numRuns: 2000 },
  );
});

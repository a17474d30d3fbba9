import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { printable } from '../../src/platform/printable.js';
import { formatZone } from '../../src/zone/canonical-yaml.js';
import { readYaml } from '../../src/zone/read-yaml.js';
import { plainValue } from '../../src/zone/tree.js';
import { commentsIn } from '../../src/zone/yaml-comments.js';

function format(text: string): string {
  const made = formatZone(text, 'a.yaml');
  if ('faults' in made) throw new Error(JSON.stringify(made.faults));
  return made.text;
}

t.test(
  'keys are in the order of the schema, names in that of the file, and comments with them',
  async (t) => {
    const text = `# the file

ns: ['ns1.example.net']   # a server
# what it is called
zone: 'dl.example.org'
mirrors:
    b:
        # how much
        weight: 2
        # where
        addresses:
        - 192.0.2.11   # four
        - 2001:db8::1  # six
    a: {weight: 1, addresses: [192.0.2.10], location: {country: NO}}
    # the last mirror
pools:
    '@':
        # asked so
        probe: {path: /x, type: https}
        answers: 1
    # no more pools
`;
    const wanted = `# the file

# what it is called
zone: dl.example.org
ns: [ns1.example.net] # a server
pools:
  "@":
    answers: 1
    # asked so
    probe: { type: https, path: /x }
  # no more pools
mirrors:
  b:
    # where
    addresses:
      - 192.0.2.11 # four
      - "2001:db8::1" # six
    # how much
    weight: 2
  a: { addresses: [192.0.2.10], weight: 1, location: { country: "NO" } }
  # the last mirror
`;
    t.equal(format(text), wanted);
    t.equal(format(wanted), wanted);
  },
);

t.test('quotes stand where they are needed, or help', async (t) => {
  const values = {
    "'plain text'": 'plain text',
    '"1"': '"1"',
    "'no'": '"no"',
    '2001:db8::1': '"2001:db8::1"',
    "'192.0.2.1:443'": '"192.0.2.1:443"',
    '0 issue "ca"': `'0 issue "ca"'`,
    '"it\'s"': '"it\'s"',
    "'a: b'": '"a: b"',
    '53': '53',
    '1.50': '1.50',
    '|\n  a\n  b': '|\n  a\n  b',
  };
  for (const [from, to] of Object.entries(values)) t.equal(format(`a: ${from}\n`), `a: ${to}\n`);
  t.equal(format('53: a\n'), '"53": a\n', 'a key is text');
  t.equal(format('a: [some text, word]\n'), 'a: ["some text", word]\n', 'spaces are seen among commas');
});

t.test('what can not be shown as it is has the quotes in which it can be written otherwise', async (t) => {
  t.equal(format('a: x\ty\n'), 'a: "x\\ty"\n');
  for (const text of ['a: x\u202ey\n', 'a: "x\\u0085y"\n', "a: 'x\"\ty\\z'\n", 'a: "x\\ty\\nz"\n']) {
    const [before, after] = [text, printable(format(text).trimEnd())].map((each) => readYaml(each).root);
    t.same(after && plainValue(after), before && plainValue(before), JSON.stringify(text));
  }
});

t.test('a collection stays on one line where it was and fits, unless a comment is in it', async (t) => {
  t.equal(format('a: [\n  1,\n  2\n]\n'), 'a: [1, 2]\n');
  t.equal(format('a: [\n  1, # one\n  2\n]\n'), 'a:\n  - 1 # one\n  - 2\n');
  t.equal(format('a:\n- 1\n'), 'a:\n  - 1\n');
  const long = `192.0.2.1${', 192.0.2.1'.repeat(9)}`;
  t.equal(format(`a: [${long}]\n`), `a:\n${'  - 192.0.2.1\n'.repeat(10)}`);
  t.equal(format(`a: {b: [${long}], c: {}}\n`), `a:\n  b:\n${'    - 192.0.2.1\n'.repeat(10)}  c: {}\n`);
});

t.test('where an alias would come before its anchor, no key goes before another', async (t) => {
  const text = 'mirrors: { a: { probe: &p { path: /x } } }\npools: { b: { probe: *p } }\nzone: z\n';
  t.equal(format(text), text);
});

t.test('keys with aliases behind their anchors are sorted like others', async (t) => {
  const text = 'x-p: &p { path: /x }\nmirrors: { a: { probe: *p } }\npools: { b: { probe: *p } }\nzone: z\n';
  t.equal(
    format(text),
    'x-p: &p { path: /x }\nzone: z\npools: { b: { probe: *p } }\nmirrors: { a: { probe: *p } }\n',
  );
});

t.test('lines end in one way, comments and blank lines too', async (t) => {
  const text = '# the file\n\nzone: dl.example.org # its name\n\n# servers\nns: [ns1.example.net]\n';
  t.equal(format(text.replaceAll('\n', '\r\n')), text);
});

t.test("the operator's own keys stay behind the key that they stood behind", async (t) => {
  t.equal(format('ttl: 1\nx-a: 1\nzone: a\nx-b: 2\n'), 'zone: a\nx-b: 2\nttl: 1\nx-a: 1\n');
});

t.test('what is no YAML is left alone, with the reason', async (t) => {
  t.match(formatZone('a: [', 'a.yaml'), { faults: [{ file: 'a.yaml', line: 1 }] });
  t.match(formatZone('a: 1\na: 2\n', 'a.yaml'), { faults: [{ line: 2, message: /duplicate/ }] });
});

/** Lines of YAML with comments wherever they may be, keys in any order. */
const texts = fc
  .array(
    fc.record({
      key: fc.constantFrom('zone', 'ttl', 'pools', 'mirrors', 'records', 'x-mine', '53', 'NO', 'a b'),
      value: fc.constantFrom(
        'text',
        '"2001:db8::1"',
        '[a, {b: c, "d": [1, 2]}]',
        '{ weight: 1, addresses: [x] }',
        "'it''s'",
        '',
        '|\n    block # no comment\n\n    more',
        '>-\n    folded\n    text',
        '[\n    a, # inside\n    # between\n    b ]',
        '"two\n    lines"',
        '\n    - a\n    # in the list\n    - b: 1\n      a: 2\n    # behind the list',
        '\n    weight: 1\n    # in the mapping\n    addresses: [a]\n   # odd',
      ),
      above: fc.constantFrom('', '# above\n', '  # indented\n', '\n', '\n# a\n\n#b\n'),
      beside: fc.constantFrom('', ' # beside', '\n  # below', '\n# at the left'),
    }),
    { maxLength: 6 },
  )
  .map((entries) =>
    [...new Map(entries.map((entry) => [entry.key, entry])).values()]
      .map(({ key, value, above, beside }) => {
        const block = value.includes('|') || value.includes('>') || value.startsWith('\n');
        return `${above}${key}: ${value}${block ? beside.replace(' # beside', '') : beside}\n`;
      })
      .join(''),
  );

t.test('nothing is lost and nothing changes its meaning, and a second time changes nothing', async () => {
  const comments = (text: string): readonly string[] =>
    commentsIn(text)
      .map((comment) => comment.text)
      .sort();
  fc.assert(
    fc.property(texts, (text) => {
      const before = readYaml(text);
      if (before.root === undefined || before.faults.length > 0) return false;
      const once = format(text);
      const after = readYaml(once);
      return (
        after.root !== undefined &&
        isDeepStrictEqual(comments(text), comments(once)) &&
        isDeepStrictEqual(plainValue(before.root), plainValue(after.root)) &&
        format(once) === once
      );
    }),
    { numRuns: 2000 },
  );
});

t.test('any text at all is formatted or left alone', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
      const made = formatZone(text, 'a.yaml');
      return 'text' in made || made.faults.length > 0;
    }),
    { numRuns: 500 },
  );
});

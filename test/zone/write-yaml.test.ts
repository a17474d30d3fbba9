import fc from 'fast-check';
import t from 'tap';
import { readYaml } from '../../src/zone/read-yaml.js';
import { plainValue } from '../../src/zone/tree.js';
import { isYamlMapping, writeYaml, type YamlValue } from '../../src/zone/write-yaml.js';
import { commentsIn } from '../../src/zone/yaml-comments.js';

t.test('comments stand where they are said to, and sections apart', async (t) => {
  const text = writeYaml(
    {
      entries: [
        { key: 'zone', value: 'a.example', beside: 'a name' },
        { key: 'ns', value: ['x', 'z'] },
        {
          key: 'mirrors',
          value: {
            entries: [
              {
                key: 'a',
                value: { entries: [{ key: 'weight', value: 1 }] },
                above: ['above', ''],
                beside: 'beside',
              },
            ],
            below: ['below'],
          },
        },
      ],
      below: ['the end'],
    },
    ['the file'],
  );
  t.equal(
    text,
    `# the file

zone: a.example # a name
ns: [x, z]

mirrors:
  # above
  #
  a: { weight: 1 } # beside
  # below

# the end
`,
  );
});

t.test('a comment beside what takes several lines comes first in it', async (t) => {
  const inner = { entries: [{ key: 'probe', value: { entries: [{ key: 'path', value: '/' }] } }] };
  const text = writeYaml(
    { entries: [{ key: 'pools', value: { entries: [{ key: 'a', value: inner, beside: 'of a' }] } }] },
    [],
  );
  t.equal(text, 'pools:\n  a:\n    # of a\n    probe: { path: / }\n');
});

t.test('no comment can be more than one', async (t) => {
  const text = writeYaml({ entries: [{ key: 'zone', value: 'a', above: ['x\nzone: b'] }] }, ['y\r\nzone: c']);
  t.equal(text, '# y\\r\\nzone: c\n\n# x\\nzone: b\nzone: a\n');
});

const values: fc.Arbitrary<YamlValue> = fc.letrec<{ value: YamlValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.constantFrom('no', '1', '2001:db8::1', 'a: b', '# a', ' x', 'a\nb', '- a', '"', "'"),
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .uniqueArray(
        fc.tuple(
          fc.string({ minLength: 1 }).filter((key) => key !== '__proto__' && key !== '<<'),
          tie('value'),
          fc.option(fc.string(), { nil: undefined }),
        ),
        { selector: ([key]) => key, maxLength: 3 },
      )
      .map((entries) => ({
        entries: entries.map(([key, value, beside]) => ({
          key,
          value,
          ...(beside !== undefined && { beside }),
        })),
      })),
  ),
})).value;

t.test('whatever is written is read as the same, with all of its comments', async () => {
  fc.assert(
    fc.property(values, fc.string(), (value, comment) => {
      const text = writeYaml({ entries: [{ key: 'x', value, above: [comment] }] }, []);
      const { root, faults } = readYaml(text);
      if (root === undefined || faults.length > 0) return false;
      return (
        fc.stringify(plainValue(root)) === fc.stringify({ x: plain(value) }) &&
        commentsIn(text).length === 1 + commentsOf(value)
      );
    }),
    { numRuns: 1000 },
  );
});

function plain(value: YamlValue): unknown {
  if (isYamlMapping(value))
    return Object.fromEntries(value.entries.map((entry) => [entry.key, plain(entry.value)]));
  return typeof value === 'object' ? value.map(plain) : value;
}

function commentsOf(value: YamlValue): number {
  if (typeof value !== 'object') return 0;
  if (!isYamlMapping(value)) return value.reduce((sum: number, item) => sum + commentsOf(item), 0);
  return value.entries.reduce(
    (sum, entry) => sum + (entry.beside === undefined ? 0 : 1) + commentsOf(entry.value),
    0,
  );
}

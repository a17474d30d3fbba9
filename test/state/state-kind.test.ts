import t from 'tap';
import { z } from 'zod';
import { formatState, parseState, type StateKind, time } from '../../src/state/state-kind.js';

interface Entry {
  readonly mirror: string;
  readonly reason: string;
  readonly until?: number;
}

const kind: StateKind<Entry> = {
  name: 'overrides.json',
  version: 2,
  holds: 'overrides',
  entry: z.strictObject({ mirror: z.string(), reason: z.string(), until: time.exactOptional() }),
};

const entries: Entry[] = [
  { mirror: 'aurora', reason: 'a "reason"\nof {"sum":"two"} lines, ü', until: 1 },
  { mirror: 'boreas', reason: '' },
  { mirror: 'cascade', reason: ']}' },
];
const text = formatState(kind, entries);

t.test('what is written is read, and is JSON', async (t) => {
  t.same(parseState(kind, text), { entries });
  t.match(JSON.parse(text), { version: 2, overrides: entries });
  t.same(parseState(kind, formatState(kind, [])), { entries: [] });
  t.match(JSON.parse(formatState(kind, [])), { version: 2, overrides: [] });
});

t.test('a bit that is lost anywhere costs one entry at most, and is said where it costs one', async (t) => {
  const known = new Set(entries.map((entry) => JSON.stringify(entry)));
  const octets = Buffer.from(text);
  for (let bit = 0; bit < 8 * octets.length; bit++) {
    const flipped = Buffer.from(octets);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const read = parseState(kind, flipped.toString('utf8'));
    const where = `bit ${bit & 7} of ${JSON.stringify(text.slice(Math.max(0, (bit >> 3) - 9), (bit >> 3) + 1))}`;
    if (read.entries.length < entries.length - 1) t.fail(`${where} costs ${JSON.stringify(read)}`);
    if (read.entries.length < entries.length && read.fault === undefined) t.fail(`${where} is not said`);
    if (!read.entries.every((entry) => known.has(JSON.stringify(entry)))) t.fail(`${where} is believed`);
  }
  t.pass();
});

t.test('of a file cut anywhere all counts that is whole, and it is said', async (t) => {
  const ends = Array.from(text.matchAll(/\},?\n/g), ({ index }) => index + 1);
  for (let length = 0; length < text.length - 1; length++) {
    const { entries: read, fault } = parseState(kind, text.slice(0, length));
    if (fault === undefined) t.fail(`${length} of ${text.length}`);
    const whole = entries.filter((_, i) => (ends[i] ?? 0) <= length);
    t.same(read, whole, `${length}`);
  }
});

t.test('files of version 1 are read, entry by entry', async (t) => {
  t.same(parseState(kind, JSON.stringify({ version: 1, overrides: entries })), { entries });
  t.same(parseState(kind, '{"version":1,"overrides":[]}\n'), { entries: [] });
  t.same(
    parseState(kind, JSON.stringify({ version: 1, overrides: [entries[0], { mirror: 1 }, entries[2]] })),
    {
      entries: [entries[0], entries[2]],
      fault: 'a line of it is damaged',
    },
  );
  const named = { ...kind, first: ({ by }: { by?: unknown }) => Object.values(Object(by)) };
  t.same(parseState(named, JSON.stringify({ by: { aurora: entries[0] } })), { entries: [entries[0]] });
});

t.test('a newer version is nobody’s guess', async (t) => {
  const newer = formatState({ ...kind, version: 3 }, entries);
  t.same(parseState(kind, newer), { entries: [], fault: 'it is of version 3, this program writes 2' });
  t.same(parseState(kind, '{"version":1e300}').entries, []);
});

t.test('what is not ours is not believed', async (t) => {
  for (const other of [
    '',
    'null',
    '[]',
    '{}',
    '{"version":2}',
    '{"version":0,"overrides":[]}',
    '\0'.repeat(4096),
  ]) {
    const { entries: read, fault } = parseState(kind, other);
    t.same(read, []);
    t.type(fault, 'string', JSON.stringify(other));
  }
});

t.test('absurd numbers are damage', async (t) => {
  for (const until of [1e300, -1e300, 253_402_387_200_000]) {
    const { entries: read, fault } = parseState(
      kind,
      formatState(kind, [...entries, { mirror: 'x', reason: '', until }]),
    );
    t.same(read, entries);
    t.type(fault, 'string');
  }
  t.match(parseState(kind, '{"version":1,"overrides":[{"mirror":"x","reason":"","until":1e400}]}'), {
    entries: [],
  });
});

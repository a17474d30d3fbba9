/** What operators say on any member: all come to the same, the later one wins, and nothing is back from the dead. */
import fc from 'fast-check';
import t from 'tap';
import { MOST_BODY_OCTETS, type SharedOverride } from '../../src/fleet/documents.js';
import { createSharedEntries, publishable } from '../../src/fleet/shared-entries.js';
import { DAY_MS } from '../../src/platform/time.js';

const NOW = Date.UTC(2026, 0, 1);
const word = { reason: 'disk full', since: NOW };
/** The overrides that a member knows. */
function member(self: string, mostOfMember = 100) {
  const entries = createSharedEntries<Pick<SharedOverride, 'zone' | 'mirror'>, SharedOverride>({
    keyOf: ({ zone, mirror }) => `${zone}/${mirror}`,
    ...{ self, mostOfMember },
  });
  return {
    ...entries,
    say: (one: Omit<SharedOverride, 'stamp'>, now: number) =>
      entries.say([(stamp) => ({ ...one, stamp })], now),
  };
}

const about = { zone: 'dl.example.org', mirror: 'aurora' };

t.test('the later one wins, however far clocks are apart', async (t) => {
  const [ahead, behind] = [member('ns1'), member('ns2')];
  ahead.say({ ...about, member: 'ns1', said: word }, NOW + 300_000);
  behind.merge(ahead.list(NOW), 'ns1', NOW);
  behind.say({ ...about, member: 'ns2' }, NOW);
  t.equal(behind.of(about)?.said, undefined);
  t.equal(ahead.merge(behind.list(NOW), 'ns2', NOW + 300_000).length, 1);
  t.same(ahead.list(NOW), behind.list(NOW));
  t.same(behind.merge(ahead.list(NOW), 'ns1', NOW), [], 'what is known is no news');
});

t.test('what was taken back is known for 30 days, and does not come back', async (t) => {
  const [here, away] = [member('ns1'), member('ns2')];
  here.say({ ...about, member: 'ns1', said: word }, NOW);
  away.merge(here.list(NOW), 'ns1', NOW);
  here.say({ ...about, member: 'ns1' }, NOW + 1);
  const later = NOW + 29 * DAY_MS;
  t.same(here.merge(away.list(later), 'ns2', later), []);
  t.equal(away.merge(here.list(later), 'ns1', later).length, 1);
  t.same(here.list(later + 2 * DAY_MS), [], 'then it is forgotten');
});

t.test('what is stamped more than ten minutes ahead is left', async (t) => {
  const here = member('ns2');
  const far: SharedOverride = { ...about, member: 'ns1', stamp: [NOW + 600_001, 0], said: word };
  t.same(here.merge([far], 'ns1', NOW), []);
  t.equal(here.merge([far], 'ns1', NOW + 1).length, 1);
});

t.test('what was said while the clock was far ahead is stamped again when it is right', async (t) => {
  const [here, other] = [member('ns1'), member('ns2')];
  here.say({ ...about, member: 'ns1', said: word }, NOW + DAY_MS);
  other.say({ ...about, mirror: 'boreas', member: 'ns2', said: word }, NOW);
  here.merge(other.list(NOW), 'ns2', NOW);
  t.same(other.merge(here.list(NOW), 'ns1', NOW), []);
  t.equal(here.restamp(NOW), true);
  t.equal(here.restamp(NOW), false);
  here.say({ ...about, mirror: 'corvus', member: 'ns1', said: word }, NOW);
  t.same(
    other.merge(here.list(NOW), 'ns1', NOW).map(({ mirror }) => mirror),
    ['aurora', 'corvus'],
  );
  t.same(other.list(NOW), here.list(NOW));
  const [first, later] = [here.of(about), here.of({ ...about, mirror: 'corvus' })];
  t.ok(first && later && later.stamp[1] > first.stamp[1], 'what is said next comes after it');
});

t.test('stamps of others are left, for only this clock may be wrong', async (t) => {
  const here = member('ns1');
  here.merge([{ ...about, member: 'ns2', stamp: [NOW, 3], said: word }], 'ns2', NOW);
  t.equal(here.restamp(NOW - DAY_MS), false);
  here.say({ ...about, member: 'ns1' }, NOW - DAY_MS);
  t.same(here.of(about)?.stamp, [NOW, 4]);
});

t.test('whatever the stamps of others, ours stay numbers that others take', async (t) => {
  const here = member('ns1');
  const stamp: SharedOverride['stamp'] = [NOW, Number.MAX_SAFE_INTEGER];
  here.merge([{ ...about, member: 'ns2', stamp, said: word }], 'ns2', NOW);
  here.say({ ...about, member: 'ns1' }, NOW);
  t.same(here.of(about), { ...about, member: 'ns1', stamp: [NOW + 1, 0] });
});

t.test('the order in which they are heard does not matter', async (t) => {
  const override = fc
    .record({
      mirror: fc.constantFrom('a', 'b'),
      member: fc.constantFrom('ns1', 'ns2'),
      at: fc.nat(3),
      count: fc.nat(2),
      back: fc.boolean(),
    })
    .map(
      ({ mirror, member, at, count, back }): SharedOverride => ({
        zone: 'dl.example.org',
        mirror,
        member,
        stamp: [NOW + at, count],
        ...(!back && { said: word }),
      }),
    );
  const unique = fc.uniqueArray(override, {
    selector: ({ member, stamp }) => `${member} ${stamp.join(' ')}`,
  });
  fc.assert(
    fc.property(unique, fc.infiniteStream(fc.nat(1000)), (all, draws) => {
      const shuffled = all
        .map((one) => ({ one, at: draws.next().value }))
        .sort((a, b) => a.at - b.at)
        .map(({ one }) => one);
      const [first, other] = [member('ns1'), member('ns2')];
      first.merge(all, 'ns3', NOW);
      for (const one of shuffled) other.merge([one], 'ns3', NOW);
      t.same(first.list(NOW), other.list(NOW));
    }),
  );
});

t.test('of one member there is only so much, so that the others have room', async (t) => {
  const here = member('ns1', 2);
  const made = (name: string, mirror: string, at: number): SharedOverride => ({
    ...{ zone: 'dl.example.org', mirror, member: name, stamp: [at, 0], said: word },
  });
  const many = ['a', 'b', 'c'].map((mirror) => made('ns2', mirror, NOW));
  t.equal(here.merge(many, 'ns2', NOW).length, 2);
  // In whosever name it comes.
  t.equal(here.merge([made('ns3', 'd', NOW)], 'ns2', NOW).length, 0);
  t.equal(here.merge([made('ns2', 'b', NOW + 1)], 'ns2', NOW).length, 1, 'what it has may change');
  t.equal(here.merge([made('ns3', 'a', NOW + 1)], 'ns3', NOW).length, 1);
  t.equal(
    here.merge([made('ns2', 'c', NOW)], 'ns2', NOW).length,
    1,
    'and what others say now leaves it room',
  );
  for (const mirror of ['x', 'y'])
    t.equal(here.say({ zone: 'dl.example.org', mirror, member: 'ns1', said: word }, NOW), true);
  t.equal(here.say({ zone: 'dl.example.org', mirror: 'z', member: 'ns1', said: word }, NOW), false);
  t.equal(here.of({ zone: 'dl.example.org', mirror: 'z' }), undefined);
  t.equal(here.say({ zone: 'dl.example.org', mirror: 'x', member: 'ns1' }, NOW), true);
  t.equal(here.list(NOW + 31 * DAY_MS).length, 4, 'what has been taken back is forgotten');
  t.equal(here.say({ zone: 'dl.example.org', mirror: 'z', member: 'ns1', said: word }, NOW), true);
});

t.test('a document has room for what was said here first, and then for the latest', async (t) => {
  const size = 1000;
  const count = Math.ceil((1.5 * MOST_BODY_OCTETS) / size);
  const entries = Array.from(
    { length: count },
    (_, i): SharedOverride => ({
      ...{ zone: 'dl.example.org', mirror: `m${i}`, member: i === 0 ? 'ns1' : 'ns2', stamp: [NOW + i, 0] },
      said: { reason: 'x'.repeat(size), since: NOW },
    }),
  );
  const passed = publishable(entries, 'ns1');
  t.ok(Buffer.byteLength(JSON.stringify(passed)) <= MOST_BODY_OCTETS);
  t.ok(passed.length > count / 2);
  t.same(
    passed.slice(0, 3).map(({ mirror }) => mirror),
    ['m0', `m${count - 1}`, `m${count - 2}`],
  );
  t.same(publishable(entries.slice(0, 3), 'ns2').length, 3);
});

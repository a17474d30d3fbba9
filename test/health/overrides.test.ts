import t from 'tap';
import { createOverrides, type Override } from '../../src/health/overrides.js';

const zone = 'dl.example.org';
const aurora: Override = { zone, mirror: 'aurora', reason: 'disk', since: 1000, until: 5000, by: 'root' };
const boreas: Override = { zone, mirror: 'boreas', reason: 'asked for it', since: 2000 };
const cascade: Override = { zone, mirror: 'cascade', reason: 'move', since: 3000, until: 4000 };

t.test('adds, finds, lists, removes', async (t) => {
  const overrides = createOverrides([aurora]);
  t.equal(overrides.add(boreas), undefined);
  t.same(overrides.list(), [aurora, boreas]);
  t.equal(overrides.of(zone, 'boreas'), boreas);
  t.equal(
    overrides.of('example.org', 'boreas'),
    undefined,
    'a mirror of that name in another zone is another mirror',
  );
  t.equal(overrides.remove(zone, 'aurora'), aurora);
  t.equal(overrides.remove(zone, 'aurora'), undefined);
  t.same(overrides.list(), [boreas]);
});

t.test('a second override of a mirror replaces the first', async (t) => {
  const overrides = createOverrides([aurora, boreas]);
  const again = { ...aurora, reason: 'still the disk', until: 9000 };
  t.equal(overrides.add(again), aurora);
  t.same(overrides.list(), [boreas, again]);
  t.equal(overrides.nextExpiry(), 9000);
});

t.test('what zone files say', async (t) => {
  const overrides = createOverrides([aurora]);
  const file = 'zones/dl.example.org.yaml';
  const stated: Override = { ...boreas, file, until: 7000 };
  const second: Override = { ...boreas, file, reason: 'second', state: 'up' };
  overrides.state([stated, second, { ...aurora, file }, { ...cascade, file, until: 100 }], 100);
  t.equal(overrides.of(zone, 'aurora'), aurora, 'stands below the control socket');
  t.equal(overrides.of(zone, 'boreas'), stated, 'the first of several');
  t.equal(overrides.of(zone, 'cascade'), undefined, 'what has ended says nothing');
  t.same(overrides.list(), [aurora], 'and is not for the journal');
  t.equal(overrides.remove(zone, 'boreas'), undefined, 'nor to be taken back over the socket');
  t.equal(overrides.nextExpiry(), 5000);
  t.equal(overrides.expire(7000).length, 3);
  t.equal(overrides.of(zone, 'boreas'), second, 'when the first ends the next counts');
  overrides.state([{ ...second, since: 9999 }], 7000);
  t.equal(overrides.of(zone, 'boreas')?.since, 2000, 'said again it is not new');
  overrides.state([], 7000);
  t.equal(overrides.of(zone, 'boreas'), undefined);
});

t.test('those that end, end at their time', async (t) => {
  const overrides = createOverrides([aurora, boreas, cascade]);
  t.equal(overrides.nextExpiry(), 4000);
  t.same(overrides.expire(3999), []);
  t.same(overrides.expire(4000), [cascade]);
  t.equal(overrides.nextExpiry(), 5000);
  t.same(overrides.expire(60_000), [aurora]);
  t.equal(overrides.nextExpiry(), undefined, 'what has no end has none');
  t.same(overrides.expire(Number.MAX_SAFE_INTEGER), []);
  t.same(overrides.list(), [boreas]);
});

t.test('a list is a copy', async (t) => {
  const overrides = createOverrides([aurora]);
  const before = overrides.list();
  overrides.add(boreas);
  t.same(before, [aurora]);
});

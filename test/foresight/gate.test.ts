import t from 'tap';
import { describeHeld, type HeldDatabase, hold, isHeld, servedAt } from '../../src/foresight/gate.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 10);
const FOUND = {
  kind: 'location',
  path: 'city.mmdb',
  identity: '1',
  type: 'GeoLite2-City',
  build_epoch: (NOW - 3 * DAY) / 1000,
  pool: 'dl.example.org',
  moved: 0.345,
} as const;

t.test('it is served after 14 days, when somebody says so, or as its license asks', async (t) => {
  const held = hold(FOUND, undefined, NOW);
  t.ok(isHeld(held, NOW));
  t.ok(isHeld(held, NOW + 14 * DAY - 1));
  t.notOk(isHeld(held, NOW + 14 * DAY));
  t.notOk(isHeld({ ...held, said: 'accepted' }, NOW));
  const rejected: HeldDatabase = { ...held, said: 'rejected' };
  t.ok(isHeld(rejected, NOW + 27 * DAY - 1));
  t.notOk(isHeld(rejected, NOW + 27 * DAY), '30 days after it came out');
  t.equal(servedAt(hold({ ...FOUND, build_epoch: (NOW - 25 * DAY) / 1000 }, undefined, NOW)), NOW + 5 * DAY);
  const free = hold({ ...FOUND, type: 'DBIP-City' }, undefined, NOW);
  t.equal(servedAt({ ...free, said: 'rejected' }), Infinity);
});

t.test('a newer one in its place waits no longer, and the license counts from the first', async (t) => {
  const first = hold(FOUND, undefined, NOW);
  const next = { ...FOUND, identity: '2', build_epoch: NOW / 1000 };
  const second = hold(next, first, NOW + 4 * DAY);
  t.equal(servedAt(second), NOW + 14 * DAY);
  const third = hold(next, { ...first, said: 'rejected' }, NOW + 4 * DAY);
  t.equal(servedAt(third), NOW + 18 * DAY, 'who rejected the first one has not spoken of this one');
  t.equal(servedAt({ ...third, said: 'rejected' }), NOW + 27 * DAY);
});

t.test('the wall clock may be wrong meanwhile', async (t) => {
  const held = hold(FOUND, undefined, NOW);
  t.notOk(isHeld({ ...held, said: 'accepted' }, NOW - DAY), 'what was accepted stays so when it is set back');
  const early = hold(FOUND, undefined, 0);
  t.ok(isHeld(early, NOW), 'a clock that had not been set yet does not use up the wait');
  t.equal(servedAt(early), NOW + 11 * DAY);
  t.equal(servedAt({ ...early, said: 'rejected' }), NOW + 27 * DAY);
  const { since, ends = 0 } = hold({ ...FOUND, build_epoch: 253_402_300_799 }, undefined, NOW);
  for (const at of [since, ends, servedAt({ since, ends })]) t.match(new Date(at).toISOString(), /^9999-/);
});

t.test('it says what it would move, what to do, and until when', async (t) => {
  const held = hold(FOUND, undefined, NOW);
  t.equal(
    describeHeld(held),
    'city.mmdb is held, since it would move 34.5 % of the downloads of dl.example.org to other mirrors: review it with geopool diff, then run geopool geo accept or geo reject; it is served from 2026-01-24 on',
  );
  t.match(describeHeld({ ...held, said: 'rejected' }), /: it was rejected; it is served from 2026-02-06 on$/);
});

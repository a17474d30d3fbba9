import t from 'tap';
import { firstTick, observe, stalledAcross, TICK_MS, tick } from '../../src/health/stall.js';
import type { Outcome } from '../../src/probe/probe.js';

t.test('a ticks that beats in time loses nothing', async (t) => {
  let ticks = firstTick(1000);
  let now = 1000;
  for (let i = 0; i < 1000; i++) {
    now += TICK_MS + (i % 20);
    ticks = observe(tick(ticks, now), now + 3);
  }
  t.equal(ticks.lost, 0, 'a few busy milliseconds do not add up to a stall');
});

t.test('a late beat counts for as much as it is late, once', async (t) => {
  const late = tick(firstTick(0), TICK_MS + 3000);
  t.equal(late.lost, 3000);
  t.equal(tick(late, 2 * TICK_MS + 3000).lost, 3000);
});

t.test('who looks before the late beat sees the stall, and the beat does not count it again', async (t) => {
  const seen = observe(firstTick(0), TICK_MS + 3000);
  t.equal(seen.lost, 3000);
  t.equal(tick(seen, TICK_MS + 3001).lost, 3000);
  t.equal(observe(seen, TICK_MS + 3001).lost, 3000);
});

t.test('looking between beats in time changes nothing', async (t) => {
  const ticks = firstTick(0);
  t.equal(observe(ticks, TICK_MS - 1), ticks);
  t.equal(observe(ticks, TICK_MS + 50), ticks);
});

t.test('what a stall excuses', async (t) => {
  const silent: Outcome = {
    ok: false,
    ms: 5000,
    error: 'no answer within 5s (connecting)',
    fault: 'unclear',
  };
  const refused: Outcome = { ok: false, ms: 1, error: 'connection refused' };
  const calm = { timeout: 5000, took: 5001, stalled: 0 };
  const stalled = { timeout: 5000, took: 5001, stalled: 1200 };

  t.notOk(stalledAcross(silent, calm, 1000), 'a timeout with the process awake is the mirror’s');
  t.ok(stalledAcross(silent, stalled, 1000), 'a timeout across a stall is not');
  t.notOk(stalledAcross(refused, stalled, 1000), 'a clear answer is one, stall or no stall');
  t.notOk(stalledAcross({ ok: true, ms: 1 }, stalled, 1000), 'a success is never thrown away');
  t.notOk(stalledAcross(silent, { ...calm, stalled: 900 }, 1000), 'a pause below stallMs');
  t.ok(
    stalledAcross(silent, { timeout: 800, took: 801, stalled: 400 }, 1000),
    'half of a short timeout is enough',
  );
  t.ok(
    stalledAcross(silent, { ...calm, took: 6100 }, 1000),
    'far over its deadline: it was this process that slept',
  );
  t.notOk(stalledAcross(silent, { ...calm, took: 5900 }, 1000));
});

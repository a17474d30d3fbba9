import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { systemClock, watchWallClock } from '../../src/platform/clock.js';
import { createFakeClock } from '../fake-clock.js';

t.test('that the wall clock was set is noticed within a second, and nothing else is', async (t) => {
  const clock = createFakeClock();
  const seen: number[] = [];
  const stop = watchWallClock(clock, (ms) => seen.push(ms));
  await clock.advance(3_600_000);
  await clock.stall(600_000);
  t.same(seen, []);
  clock.jump(86_400_000);
  await clock.advance(1000);
  clock.jump(-90_000_000);
  await clock.advance(1000);
  t.same(seen, [86_400_000, -90_000_000]);
  stop();
  t.equal(clock.waiting(), 0);
});

t.test('moments are shown by the wall clock as it is, and spans do not notice', async (t) => {
  const real = Date.now;
  t.teardown(() => {
    Date.now = real;
  });
  const before = systemClock.steady();
  t.ok(Math.abs(systemClock.wallOf(before) - real()) < 1000);
  Date.now = () => real() + 86_400_000;
  t.ok(systemClock.steady() - before < 60_000);
  const shown = systemClock.wallOf(before);
  t.ok(Math.abs(shown - before - 86_400_000) < 1000, 'a day later');
  Date.now = () => real() + 86_400_000 + 400;
  t.equal(systemClock.wallOf(before), shown, 'what differs by less is the same time');
});

t.test('all threads measure by one clock', async (t) => {
  const script = `const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(new URL('../../src/platform/clock.js', import.meta.url).href)}).then(({ systemClock }) =>
      parentPort.postMessage(systemClock.monotonic()));`;
  const before = systemClock.monotonic();
  const [there]: unknown[] = await once(new Worker(script, { eval: true }), 'message');
  const after = systemClock.monotonic();
  t.ok(Number(there) >= before && Number(there) <= after, `${before} ${there} ${after}`);
});

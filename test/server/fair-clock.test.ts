import t from 'tap';
import { createFairClock } from '../../src/server/fair-clock.js';

t.test('what is looked at in time counts in full', async (t) => {
  let at = 5000;
  const clock = createFairClock({ monotonic: () => at }, 100);
  const began = clock.now();
  for (let i = 0; i < 50; i++) {
    at += 40;
    clock.now();
    at += 59.5;
    clock.look();
  }
  t.equal(Math.round(clock.now() - began), 4975);
});

t.test('a thread that got no core holds that against nobody', async (t) => {
  let at = 0;
  const clock = createFairClock({ monotonic: () => at }, 100);
  at = 60_000;
  t.equal(clock.now(), 100, 'before it looks');
  t.equal(clock.look(), 100, 'and when it does');
  at += 30;
  t.equal(clock.now(), 130, 'and counts on from there');
});

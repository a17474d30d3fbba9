import fc from 'fast-check';
import t from 'tap';
import { addSpan, age, DAY_MS, emptyTally, forgetFrom, HOUR_MS, sumOf } from '../../src/health/time-tally.js';

const BEGIN = Date.UTC(2026, 0, 1);

t.test('a mirror that is always up costs two runs', async (t) => {
  const tally = emptyTally();
  for (let at = BEGIN; at < BEGIN + 200 * DAY_MS; at += 7 * 60_000) {
    addSpan(tally, at, at + 7 * 60_000, 'up');
    age(tally, at);
  }
  t.equal(tally.days.length, 1);
  t.ok(tally.hours.length <= 2);
  t.same(sumOf(tally, BEGIN + 200 * DAY_MS, 30).down, 0);
});

t.test('spans in any pieces sum up to what they were', async () => {
  const spans = fc.array(
    fc.record({
      ms: fc.integer({ min: 1, max: 5 * HOUR_MS }),
      state: fc.constantFrom('up', 'down', 'nothing'),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(spans, (list) => {
      const tally = emptyTally();
      const wanted = { up: 0, down: 0 };
      let at = BEGIN;
      for (const { ms, state } of list) {
        if (state === 'up' || state === 'down') {
          addSpan(tally, at, at + ms, state);
          wanted[state] += ms;
        }
        at += ms;
        // Ageing must not change what there is within its time.
        age(tally, at);
      }
      const sum = sumOf(tally, at, 100);
      return sum.up === wanted.up && sum.down === wanted.down;
    }),
  );
});

t.test('a window counts what is in it', async (t) => {
  const tally = emptyTally();
  addSpan(tally, BEGIN, BEGIN + 20 * DAY_MS, 'up');
  addSpan(tally, BEGIN + 20 * DAY_MS, BEGIN + 20 * DAY_MS + 6 * HOUR_MS, 'down');
  const now = BEGIN + 20 * DAY_MS + 6 * HOUR_MS;
  age(tally, now);
  t.same(sumOf(tally, now - 1, 1), { up: 18 * HOUR_MS, down: 6 * HOUR_MS });
  t.same(sumOf(tally, now - 1, 7).down, 6 * HOUR_MS);
  t.ok(sumOf(tally, now - 1, 180).up === 20 * DAY_MS);
  age(tally, now + 181 * DAY_MS);
  t.same(tally, { hours: [], days: [] });
});

t.test('what is forgotten of the future is gone, and the past stays', async (t) => {
  const tally = emptyTally();
  addSpan(tally, BEGIN, BEGIN + 2 * HOUR_MS, 'up');
  addSpan(tally, BEGIN + 48 * HOUR_MS, BEGIN + 49 * HOUR_MS, 'down');
  forgetFrom(tally, BEGIN + 3 * HOUR_MS);
  t.same(sumOf(tally, BEGIN + 3 * HOUR_MS, 7), { up: 2 * HOUR_MS, down: 0 });
});

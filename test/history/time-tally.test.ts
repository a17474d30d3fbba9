import fc from 'fast-check';
import t from 'tap';
import { addSpan, age, emptyTally, sumOf } from '../../src/history/time-tally.js';
import { DAY_MS, HOUR_MS } from '../../src/platform/time.js';

const BEGIN = Date.UTC(2026, 0, 1);

t.test('a mirror that is always up costs two runs', async (t) => {
  const tally = emptyTally();
  for (let at = BEGIN; at < BEGIN + 200 * DAY_MS; at += 7 * 60_000) {
    addSpan(tally, at, at + 7 * 60_000, 'up');
    age(tally, at);
  }
  t.equal(tally.days.length, 1);
  t.ok(tally.hours.length <= 2);
  t.same(sumOf(tally, BEGIN + 170 * DAY_MS).down, 0);
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
      const sum = sumOf(tally, at - 100 * DAY_MS);
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
  t.same(sumOf(tally, now - 1 - DAY_MS), { up: 18 * HOUR_MS, down: 6 * HOUR_MS });
  t.same(sumOf(tally, now - 1 - 7 * DAY_MS).down, 6 * HOUR_MS);
  t.ok(sumOf(tally, now - 1 - 180 * DAY_MS).up === 20 * DAY_MS);
  age(tally, now + 181 * DAY_MS);
  t.same(tally, { hours: [], days: [] });
});

t.test('a span of a hundred years is added, aged and summed up at once', async (t) => {
  const tally = emptyTally();
  const now = BEGIN + 36_525 * DAY_MS + 90_000;
  for (const state of ['up', 'down'] as const) {
    const from = state === 'up' ? BEGIN + 1000 : now - 60_000;
    addSpan(tally, from, state === 'up' ? now - 60_000 : now, state);
  }
  t.ok(tally.hours.length < 5, `${tally.hours.length} runs`);
  age(tally, now);
  t.ok(tally.days.length < 3);
  const { up, down } = sumOf(tally, now - 180 * DAY_MS);
  t.equal(down, 60_000);
  t.ok(up > 179 * DAY_MS && up < 181 * DAY_MS);
});

import { getTasks } from 'node-cron';
import t from 'tap';
import { nextCronTime } from '../../src/update/cron-times.js';

// A process of its own, so no other test has this zone. Clocks go from 02:00 to 03:00 on 2026-03-29, and back on 2026-10-25.
process.env.TZ = 'Europe/Berlin';

const at = (text: string): number => new Date(text).getTime();

/** The next `count` after `from`, in UTC. */
function following(expression: string, from: string, count: number): string[] {
  const found: string[] = [];
  for (let now = at(from); found.length < count; ) {
    now = nextCronTime(expression, now) ?? Number.NaN;
    found.push(new Date(now).toISOString());
  }
  return found;
}

t.test('local time, day after day', async (t) => {
  t.same(following('23 4 * * *', '2026-01-01T12:00', 2), [
    '2026-01-02T03:23:00.000Z',
    '2026-01-03T03:23:00.000Z',
  ]);
  t.same(following('*/30 9 1 2,7 *', '2026-01-01T12:00', 3), [
    '2026-02-01T08:00:00.000Z',
    '2026-02-01T08:30:00.000Z',
    '2026-07-01T07:00:00.000Z',
  ]);
  t.equal(nextCronTime('0 12 * * *', at('2026-01-01T12:00')), at('2026-01-02T12:00'), 'after, not at');
  t.equal(nextCronTime('0 0 29 2 1', at('2026-01-01T12:00')), at('2044-02-29T00:00'));
  t.equal(nextCronTime('*/10 * * * * *', at('2026-01-01T12:00:01')), at('2026-01-01T12:00:10'));
});

t.test('what daylight saving skips comes an hour later, and not a day', async (t) => {
  t.same(following('30 2 * * *', '2026-03-28T12:00', 2), [
    '2026-03-29T01:30:00.000Z',
    '2026-03-30T00:30:00.000Z',
  ]);
});

t.test('what comes twice in autumn is meant once', async (t) => {
  t.same(following('30 2 * * *', '2026-10-24T12:00', 2), [
    '2026-10-25T00:30:00.000Z',
    '2026-10-26T01:30:00.000Z',
  ]);
  t.equal(nextCronTime('30 2 * * *', at('2026-10-25T01:15Z')), at('2026-10-26T01:30Z'));
});

t.test('a day that never comes', async (t) => {
  // No 29th is a first Monday.
  t.equal(nextCronTime('0 0 29 2 1#1', at('2026-01-01T12:00')), undefined);
});

t.test('node-cron keeps nothing of it', async (t) => {
  t.equal(getTasks().size, 0);
});

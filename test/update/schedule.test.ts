import t from 'tap';
import { seededRandom } from '../../src/platform/random.js';
import { cronDelayMs, isDue, startDelayMs } from '../../src/update/schedule.js';

const NOW = Date.UTC(2026, 0, 7, 12);
const DAY = 86_400_000;

t.test('due at a start', async (t) => {
  t.ok(isDue({ hasFile: false }, NOW), 'no file');
  t.ok(isDue({ hasFile: false, lastSuccess: NOW - 1 }, NOW), 'no file, whatever was');
  t.ok(isDue({ hasFile: true }, NOW), 'a file that nobody asked about');
  t.ok(isDue({ hasFile: true, lastSuccess: NOW - DAY - 1 }, NOW), 'a day ago');
  t.ok(isDue({ hasFile: true, lastSuccess: NOW + 1 }, NOW), 'in the future: the clock was wrong');
  t.notOk(isDue({ hasFile: true, lastSuccess: NOW - DAY }, NOW));
  t.notOk(isDue({ hasFile: true, lastSuccess: NOW }, NOW));
});

t.test('delays are spread over their range', async (t) => {
  t.equal(
    cronDelayMs(() => 0),
    0,
  );
  t.equal(
    cronDelayMs(() => 0.5),
    15 * 60_000,
  );
  t.equal(
    startDelayMs(() => 0),
    5_000,
  );
  t.equal(
    startDelayMs(() => 0.5),
    12_500,
  );
  const random = seededRandom(7);
  const delays = Array.from({ length: 3000 }, () => cronDelayMs(random));
  t.ok(Math.max(...delays) < 30 * 60_000);
  t.ok(delays.filter((ms) => ms < 10 * 60_000).length > 900);
  t.ok(delays.filter((ms) => ms >= 20 * 60_000).length > 900);
});

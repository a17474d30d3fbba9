import t from 'tap';
import { dateOf, rfc3339 } from '../../src/platform/time.js';

t.test('in UTC, whatever this host’s zone is', async (t) => {
  const late = Date.UTC(2026, 11, 31, 23, 59, 59, 999);
  t.equal(rfc3339(late), '2026-12-31T23:59:59.999Z');
  t.equal(dateOf(late), '2026-12-31');
  t.throws(() => rfc3339(Number.NaN), RangeError);
});

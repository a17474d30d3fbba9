/** When signatures hold, and from when on there are others. */
import * as fc from 'fast-check';
import t from 'tap';
import { validityOf } from '../../src/dnssec/validity.js';

const DAY = 86_400;
const NOW = Date.UTC(2026, 10, 29);

t.test('each holds for long enough, whenever it is made', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), fc.nat(), (now, name) => {
      const { inception, expiration } = validityOf(`n${name}.example`, now);
      const seconds = now / 1000;
      return (
        expiration - inception === 14 * DAY + 5400 &&
        seconds - inception >= 5400 &&
        expiration - seconds > 7 * DAY &&
        Number.isInteger(inception)
      );
    }),
  );
  t.pass();
});

t.test('the same for a week, and then the next', async (t) => {
  const { inception, expiration } = validityOf('dl.example.org', NOW);
  const start = (inception + 5400) * 1000;
  for (const ms of [0, 1, 7 * DAY * 1000 - 1])
    t.same(validityOf('dl.example.org', start + ms), { inception, expiration });
  const week = 7 * DAY;
  const other = { inception: inception + week, expiration: expiration + week };
  t.same(validityOf('dl.example.org', start + week * 1000), other);
});

t.test('owners are spread over the week', async (t) => {
  const days = new Set(
    Array.from({ length: 100 }, (_, i) =>
      Math.floor(((validityOf(`m${i}.example.org`, NOW).inception + 5400) / DAY) % 7),
    ),
  );
  t.equal(days.size, 7);
});

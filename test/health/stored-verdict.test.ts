import t from 'tap';
import { judge, trusted, unjudged } from '../../src/health/hysteresis.js';
import { recalled, storable } from '../../src/health/stored-verdict.js';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 1);
const down = judge(
  unjudged(0),
  { ok: false, ms: 3, error: 'connection refused' },
  { fall: 1, rise: 2, interval: 1000 },
  NOW,
);
const up = judge(unjudged(0), { ok: true, ms: 3 }, { fall: 1, rise: 2, interval: 1000 }, NOW);

t.test('a verdict comes back as it was', async (t) => {
  for (const standing of [down, up]) {
    const stored = storable(standing);
    if (stored === undefined) throw new Error('not stored');
    t.same(recalled(stored, NOW + 60_000), standing);
  }
});

t.test('doubt does not come back, the verdict does', async (t) => {
  const doubted = judge(
    up,
    { ok: false, ms: 3, error: 'x' },
    { fall: 3, rise: 2, interval: 1000 },
    NOW + 1000,
  );
  const stored = storable(doubted);
  t.match(stored && recalled(stored, NOW + 2000), { verdict: 'up', streak: 0 });
});

t.test('what no probe has judged is not stored', async (t) => {
  t.equal(storable(unjudged(NOW)), undefined);
  t.equal(storable(trusted(NOW)), undefined);
  t.equal(
    storable(judge(unjudged(0), { ok: false, ms: 3, error: 'x' }, { fall: 3, rise: 2, interval: 1000 }, NOW)),
    undefined,
  );
});

t.test('its worth lasts an hour from its last probe, not from when it turned', async (t) => {
  const stored = { verdict: 'up', since: NOW - 90 * HOUR, lastProbe: { at: NOW, ok: true, ms: 3 } } as const;
  t.match(recalled(stored, NOW + HOUR), { verdict: 'up', since: NOW - 90 * HOUR });
  t.equal(recalled(stored, NOW + HOUR + 1), undefined);
  t.ok(recalled(stored, NOW - 1000), 'a clock set back a little');
  t.equal(recalled(stored, NOW - HOUR - 1), undefined, 'a verdict from the future');
});

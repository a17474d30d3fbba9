import t from 'tap';
import { applyOutcome, unprobeableState, unprobedState } from '../../src/health/hysteresis.js';
import { fromStoredVerdict, toStoredVerdict, toStoredVerdicts } from '../../src/health/stored-verdict.js';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 1);
const down = applyOutcome(
  unprobedState(0),
  { ok: false, ms: 3, error: 'connection refused' },
  { fall: 1, rise: 2, interval: 1000 },
  NOW,
);
const up = applyOutcome(unprobedState(0), { ok: true, ms: 3 }, { fall: 1, rise: 2, interval: 1000 }, NOW);

t.test('a verdict comes back as it was', async (t) => {
  for (const state of [down, up]) {
    const stored = toStoredVerdict(state);
    if (stored === undefined) throw new Error('not stored');
    t.same(fromStoredVerdict(stored, NOW + 60_000, NOW + 60_000), state);
  }
});

t.test('doubt does not come back, the verdict does', async (t) => {
  const doubted = applyOutcome(
    up,
    { ok: false, ms: 3, error: 'x' },
    { fall: 3, rise: 2, interval: 1000 },
    NOW + 1000,
  );
  const stored = toStoredVerdict(doubted);
  t.match(stored && fromStoredVerdict(stored, NOW + 2000, NOW + 2000), { verdict: 'up', streak: 0 });
});

t.test('what no probe has judged is not stored', async (t) => {
  t.equal(toStoredVerdict(unprobedState(NOW)), undefined);
  t.equal(toStoredVerdict(unprobeableState(NOW)), undefined);
  t.equal(
    toStoredVerdict(
      applyOutcome(
        unprobedState(0),
        { ok: false, ms: 3, error: 'x' },
        { fall: 3, rise: 2, interval: 1000 },
        NOW,
      ),
    ),
    undefined,
  );
});

t.test('its worth lasts an hour from its last probe, not from when it turned', async (t) => {
  const stored = { verdict: 'up', since: NOW - 90 * HOUR, lastProbe: { at: NOW, ok: true, ms: 3 } } as const;
  const at = (now: number) => fromStoredVerdict(stored, now, now);
  t.match(at(NOW + HOUR), { verdict: 'up', since: NOW - 90 * HOUR });
  t.equal(at(NOW + HOUR + 1), undefined);
  t.match(at(NOW - 1000), { lastProbe: { at: NOW - 1000 } }, 'a clock set back a little: just now');
  t.equal(at(NOW - HOUR - 1), undefined, 'a verdict from the future');
});

t.test('it is stored by the wall clock, and comes back as old as it is', async (t) => {
  const YEAR = 8766 * HOUR;
  const state = {
    ...down,
    returned: NOW - 3000,
    flap: { lapses: [NOW - 5000, NOW], falls: [NOW], level: 1 },
  };
  const stored = new Map(toStoredVerdicts(new Map([['key', { state }]]), YEAR)).get('key');
  if (stored === undefined) throw new Error('not stored');
  t.match(stored, {
    since: NOW + YEAR,
    lastProbe: { at: NOW + YEAR },
    returned: NOW + YEAR - 3000,
    flap: { lapses: [NOW + YEAR - 5000, NOW + YEAR], falls: [NOW + YEAR], level: 1 },
  });
  // Five seconds later, in a process whose own clock begins elsewhere.
  t.match(fromStoredVerdict(stored, NOW + YEAR + 5000, 1_000_000), {
    since: 995_000,
    lastProbe: { at: 995_000 },
    returned: 992_000,
    flap: { lapses: [990_000, 995_000], falls: [995_000] },
  });
});

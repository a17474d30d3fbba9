/**
 * Flapping: a mirror that fails one probe in four, over days of scripted time, and what must not be taken for it.
 */
import fc from 'fast-check';
import t from 'tap';
import { heldUntil, STEADY } from '../../src/health/flap.js';
import { applyOutcome, type CheckState, nextProbeIn, unprobedState } from '../../src/health/hysteresis.js';
import { type Random, seededRandom } from '../../src/platform/random.js';
import { TIMING } from './targets.js';

const HOUR = 3_600_000;
const BEGIN = Date.UTC(2026, 0, 1);

interface Turn {
  /** Since the beginning. */
  readonly at: number;
  readonly to: CheckState['verdict'];
}

type Timing = { interval: number; fastInterval: number; timeout: number; fall: number; rise: number };

/** Probes for `hours`, each good or bad by `good`; gives what turned. */
function probe(hours: number, good: (at: number) => boolean, timing: Timing = TIMING): Turn[] {
  const turns: Turn[] = [];
  let state = unprobedState(BEGIN);
  for (let at = 0; at < hours * HOUR; at += nextProbeIn(state, timing)) {
    const before = state.verdict;
    const outcome = good(at) ? ({ ok: true, ms: 5 } as const) : ({ ok: false, ms: 5, error: '503' } as const);
    state = applyOutcome(state, outcome, timing, BEGIN + at);
    if (state.verdict !== before && before !== 'unknown') turns.push({ at, to: state.verdict });
  }
  return turns;
}

const oneInFour = (random: Random) => (): boolean => random() >= 0.25;

t.test('one failure in four: at most one change an hour, whatever the interval', async (t) => {
  for (const interval of [1000, 10_000, 30_000, 60_000, 300_000]) {
    const timing = { ...TIMING, interval };
    for (let seed = 1; seed <= 6; seed++) {
      const hours = interval < 10_000 ? 5 : 72;
      const turns = probe(hours, oneInFour(seededRandom(seed)), timing);
      t.ok(turns.length >= 1, `${interval} ms, seed ${seed}: it is seen to be bad at all`);
      // Before it has been seen to flap it may fall and come back twice.
      t.ok(turns.length <= 5 + hours, `${turns.length} changes in ${hours} hours`);
      for (const [i, turn] of turns.entries()) {
        const before = turns[i - 1];
        if (i < 5 || turn.to !== 'up' || before === undefined) continue;
        t.ok(turn.at - before.at >= HOUR, 'held down for an hour');
      }
    }
  }
});

t.test('over all, one in four changes far less than once an hour', async (t) => {
  let changes = 0;
  for (let seed = 100; seed < 140; seed++) changes += probe(72, oneInFour(seededRandom(seed))).length;
  t.ok(changes / (40 * 72) < 0.1, `${changes} changes in ${40 * 72} hours`);
});

t.test('one failed probe in four, in step, with no patience at all', async (t) => {
  let probes = 0;
  const turns = probe(24, () => probes++ % 4 !== 0, { ...TIMING, fall: 1, rise: 1 });
  t.ok(turns.length <= 5, `${turns.length} changes in a day`);
});

t.test('a restart is over in seconds, and so is a second one', async (t) => {
  const turns = probe(3, (at) => !(at > HOUR && at < HOUR + 60_000) && !(at > 1.5 * HOUR && at < 1.6 * HOUR));
  t.equal(turns.length, 4);
  t.ok((turns[1]?.at ?? 0) < HOUR + 60_000 + 2 * TIMING.interval, 'back at once');
  t.ok((turns[3]?.at ?? 0) < 1.6 * HOUR + 2 * TIMING.interval, 'back at once again');
});

t.test('the third fall within an hour is held for one, the next for two', async (t) => {
  const MINUTE = 60_000;
  const dead = [9, 19, 29, 100];
  const turns = probe(8, (at) => !dead.includes(Math.floor(at / MINUTE)));
  const falls = turns.filter(({ to }) => to === 'down').map(({ at }) => at);
  const rises = turns.filter(({ to }) => to === 'up').map(({ at }) => at);
  t.same([falls.length, rises.length], [4, 4]);
  const held = falls.map((fell, i) => (rises[i] ?? 0) - fell);
  t.ok((held[0] ?? HOUR) < 2 * MINUTE && (held[1] ?? HOUR) < 2 * MINUTE);
  t.ok((held[2] ?? 0) >= HOUR && (held[2] ?? 0) < HOUR + 2 * MINUTE);
  t.ok((held[3] ?? 0) >= 2 * HOUR && (held[3] ?? 0) < 2 * HOUR + 2 * MINUTE);
});

t.test('what has been steady for a day is forgiven', async (t) => {
  const trouble = (at: number): boolean => at < 2 * HOUR && at % 600_000 >= 540_000;
  const turns = probe(30, (at) => !trouble(at) && !(at > 28 * HOUR && at < 28.1 * HOUR));
  const [fell, rose] = turns.slice(-2);
  t.ok((fell?.at ?? 0) >= 28 * HOUR);
  t.ok((rose?.at ?? Infinity) < 28.2 * HOUR);
});

t.test('a probe lost now and then is no flapping', async (t) => {
  const random = seededRandom(7);
  // One in two hundred is lost, and once the mirror really is away.
  const turns = probe(48, (at) => random() > 0.005 && !(at > 40 * HOUR && at < 40.5 * HOUR));
  t.match(turns, [{ to: 'down' }, { to: 'up' }]);
  t.ok((turns[1]?.at ?? 0) < 40.6 * HOUR);
});

t.test('a fall is never delayed', async (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { maxLength: 300 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      (outcomes, fall, rise) => {
        const timing = { ...TIMING, fall, rise };
        let state = unprobedState(BEGIN);
        let failures = 0;
        return outcomes.every((ok, i) => {
          const outcome = ok ? ({ ok, ms: 1 } as const) : ({ ok, ms: 1, error: 'x' } as const);
          state = applyOutcome(state, outcome, timing, BEGIN + i * 2000);
          failures = ok ? 0 : failures + 1;
          return failures < fall || state.verdict === 'down';
        });
      },
    ),
  );
  t.pass('for any outcomes');
});

t.test('with a longer interval after a reload, the lapses that count are the last ones', async (t) => {
  const MINUTE = 60_000;
  // Twelve lapses, as many as are kept at an interval of ten seconds; at a minute four are flapping.
  const lapses = Array.from({ length: 12 }, (_, i) => BEGIN + i * 5 * MINUTE);
  const window = 64 * MINUTE;
  t.equal(heldUntil({ ...STEADY, lapses }, MINUTE, BEGIN + HOUR), BEGIN + 8 * 5 * MINUTE + window);
});

t.test('while it is held it is probed at its interval, and says until when', async (t) => {
  let state = unprobedState(BEGIN);
  const tell = (ok: boolean, at: number): void => {
    const outcome = ok ? ({ ok, ms: 1 } as const) : ({ ok, ms: 1, error: 'x' } as const);
    state = applyOutcome(state, outcome, { ...TIMING, fall: 1 }, BEGIN + at);
  };
  for (const at of [0, 10_000, 20_000]) {
    tell(true, at);
    tell(true, at + 1000);
    tell(false, at + 2000);
  }
  t.match(state, { verdict: 'down', heldUntil: BEGIN + 22_000 + HOUR, cause: 'x' });
  tell(true, 30_000);
  t.equal(nextProbeIn(state, TIMING), TIMING.fastInterval, 'until it would have risen');
  tell(true, 32_000);
  t.equal(nextProbeIn(state, TIMING), TIMING.interval);
  tell(true, 22_000 + HOUR);
  t.match(state, { verdict: 'up' });
  t.notOk('heldUntil' in state);
});

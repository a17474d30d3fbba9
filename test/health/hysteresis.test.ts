import fc from 'fast-check';
import t from 'tap';
import {
  applyOutcome,
  type CheckState,
  nextProbeIn,
  unprobeableState,
  unprobedState,
} from '../../src/health/hysteresis.js';
import type { Outcome } from '../../src/probe/probe.js';
import { TIMING } from './targets.js';

const good: Outcome = { ok: true, ms: 12 };
const bad: Outcome = { ok: false, ms: 34, error: 'connection refused' };

/** Plays `+` and `-`, one a second, and gives the standings after each. */
function play(
  script: string,
  timing: { fall: number; rise: number },
  from: CheckState = unprobedState(0),
): CheckState[] {
  let state = from;
  return [...script].map((sign, i) => {
    state = applyOutcome(state, sign === '+' ? good : bad, { ...timing, interval: 1000 }, (i + 1) * 1000);
    return state;
  });
}

/** One letter a state: u, d or ?, in lower case while sure, in upper case while in doubt. */
function letters(states: readonly CheckState[]): string {
  return states
    .map(({ verdict, streak }) => {
      if (verdict === 'unknown') return streak > 0 ? '!' : '?';
      const letter = verdict === 'up' ? 'u' : 'd';
      return streak > 0 ? letter.toUpperCase() : letter;
    })
    .join('');
}

t.test('scripts: what is seen, and what is thought', async (t) => {
  const table: [fall: number, rise: number, script: string, verdicts: string][] = [
    // Unknown: a first success counts at once, a failure needs fall.
    [3, 2, '+', 'u'],
    [3, 2, '-+', '!u'],
    [3, 2, '--+', '!!u'],
    [3, 2, '---', '!!d'],
    [1, 1, '-', 'd'],
    // Up: one success clears all doubt.
    [3, 2, '+--+--+---', 'uUUuUUuUUd'],
    [2, 2, '+-+-+--', 'uUuUuUd'],
    [1, 2, '+-', 'ud'],
    // Down: one failure ends the climb.
    [3, 2, '---+-+-++', '!!dDdDdDu'],
    [3, 3, '---++-+++', '!!dDDdDDu'],
    [3, 1, '---+', '!!du'],
    // Back and forth.
    [3, 2, '---++---++', '!!dDuUUdDu'],
    [1, 1, '-+-+', 'dudu'],
    [4, 2, '+---+----', 'uUUUuUUUd'],
    // Long agreement changes nothing.
    [3, 2, '++++++', 'uuuuuu'],
    [3, 2, '--------', '!!dddddd'],
  ];
  for (const [fall, rise, script, verdicts] of table) {
    t.equal(letters(play(script, { fall, rise })), verdicts, `fall ${fall}, rise ${rise}: ${script}`);
  }
});

t.test('since is when the verdict turned, the cause why it is down', async (t) => {
  const [first, second, third, fourth, fifth] = play('-----', { fall: 3, rise: 2 });
  t.match(first, { verdict: 'unknown', since: 0, cause: undefined });
  t.match(second, { verdict: 'unknown', since: 0, cause: undefined });
  t.match(third, { verdict: 'down', since: 3000, cause: 'connection refused' });
  t.match(fourth, { verdict: 'down', since: 3000 });
  t.same(fifth?.lastProbe, { at: 5000, ok: false, ms: 34, error: 'connection refused' });

  const back = play('++', { fall: 3, rise: 2 }, fifth).at(-1);
  t.match(back, { verdict: 'up', since: 2000, streak: 0 });
  t.notOk(back && 'cause' in back);
  t.same(back?.lastProbe, { at: 2000, ok: true, ms: 12 });
});

t.test('while down, the cause is the latest one; one good answer does not hide it', async (t) => {
  const down = play('---', { fall: 3, rise: 2 }).at(-1);
  if (down === undefined) throw new Error('no state');
  const other = applyOutcome(down, { ok: false, ms: 1, error: 'connection reset' }, TIMING, 9000);
  t.equal(other.cause, 'connection reset');
  t.match(applyOutcome(other, good, TIMING, 9500), {
    verdict: 'down',
    cause: 'connection reset',
    lastProbe: { ok: true },
  });
});

t.test('a fall or rise lowered meanwhile is met by the next outcome', async (t) => {
  const doubted = play('+--', { fall: 5, rise: 5 }).at(-1);
  t.equal(
    applyOutcome(doubted ?? unprobedState(0), bad, { fall: 2, rise: 1, interval: 1000 }, 1).verdict,
    'down',
  );
  const climbing = play('-----++', { fall: 5, rise: 5 }).at(-1);
  t.equal(
    applyOutcome(climbing ?? unprobedState(0), good, { fall: 2, rise: 1, interval: 1000 }, 1).verdict,
    'up',
  );
});

t.test('doubt is quick, certainty takes its time', async (t) => {
  const delays = (script: string) => play(script, TIMING).map((state) => nextProbeIn(state, TIMING));
  t.same(delays('+'), [30_000]);
  t.same(delays('--+'), [2000, 2000, 30_000], 'an unknown one is retried at fast_interval');
  t.same(delays('+--+'), [30_000, 2000, 2000, 30_000], 'an up one in doubt too');
  t.same(
    delays('----+-++'),
    [2000, 2000, 30_000, 30_000, 2000, 30_000, 2000, 30_000],
    'a down one while it climbs',
  );
  const slow = { interval: 1000, fastInterval: 2000, rise: 2 };
  t.equal(
    nextProbeIn({ verdict: 'up', streak: 1, since: 0 }, slow),
    1000,
    'doubt is never slower than certainty',
  );
});

t.test('an address that is never probed is up', async (t) => {
  t.same(unprobeableState(7), { verdict: 'up', streak: 0, since: 7 });
});

const histories = fc.record({
  fall: fc.integer({ min: 1, max: 6 }),
  rise: fc.integer({ min: 1, max: 6 }),
  signs: fc.array(fc.constantFrom('+', '-', '-'), { maxLength: 60 }),
});

/** The length of the run of equal signs that ends at `end`, both inclusive. */
function runAt(signs: readonly string[], end: number): number {
  let length = 0;
  while (end - length >= 0 && signs[end - length] === signs[end]) length++;
  return length;
}

t.test('for any history, a verdict is what the last run long enough says', async (t) => {
  fc.assert(
    fc.property(histories, ({ fall, rise, signs }) => {
      const states = play(signs.join(''), { fall, rise });
      let before: CheckState = unprobedState(0);
      states.forEach((state, i) => {
        const run = runAt(signs, i);
        const isGood = signs[i] === '+';
        if (!isGood && run >= fall) t.equal(state.verdict, 'down', 'fall failures in a row are always down');
        if (isGood && run >= rise) t.equal(state.verdict, 'up', 'rise successes in a row are always up');
        if (isGood && before.verdict === 'unknown') t.equal(state.verdict, 'up');
        if (!isGood && run < fall) t.equal(state.verdict, before.verdict, 'fewer failures turn nothing');
        if (isGood && run < rise && before.verdict === 'down') t.equal(state.verdict, 'down');
        t.equal(
          state.since !== before.since,
          state.verdict !== before.verdict,
          'since moves with the verdict',
        );
        t.equal('cause' in state, state.verdict === 'down', 'a cause is for being down');
        t.ok(state.streak < (state.verdict === 'down' ? rise : fall), 'a streak stays below what it is for');
        before = state;
      });
    }),
    { seed: 4, numRuns: 300 },
  );
});

t.test('for any history, a single failure condemns nobody where fall is 2 or more', async (t) => {
  fc.assert(
    fc.property(histories, ({ fall, rise, signs }) => {
      const states = play([...signs, '+', '-'].join(''), { fall: fall + 1, rise });
      const [calm, doubted] = states.slice(-2);
      t.equal(doubted?.verdict, calm?.verdict);
    }),
    { seed: 5, numRuns: 200 },
  );
});

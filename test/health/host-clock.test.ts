import fc from 'fast-check';
import t from 'tap';
import { describeClock, type HostClock, judgeClock, type Witness } from '../../src/health/host-clock.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = 1_000_000_000;

/** A mirror each, all of which spoke just now. */
function said(...ahead: readonly number[]): Witness[] {
  return ahead.map((ahead, i) => ({ mirror: `m${i}`, ahead, at: NOW }));
}

function judged(witnesses: readonly Witness[], before?: HostClock): [number, number, boolean] | undefined {
  const clock = judgeClock(before, witnesses, NOW);
  return clock && [clock.ahead, clock.mirrors, clock.wrong];
}

t.test('wrong by more than an hour, either way', async (t) => {
  t.same(judged(said(0, 0, 0)), [0, 3, false]);
  t.same(judged(said(HOUR, HOUR, HOUR)), [HOUR, 3, false]);
  t.same(judged(said(HOUR + 1, HOUR + 1, HOUR + 1)), [HOUR + 1, 3, true]);
  t.same(judged(said(-HOUR, -HOUR, -HOUR)), [-HOUR, 3, false]);
  t.same(judged(said(-HOUR - 1, -HOUR - 1, -HOUR - 1)), [-HOUR - 1, 3, true]);
});

t.test('three mirrors have to say so, of late', async (t) => {
  t.equal(judged([]), undefined);
  t.equal(judged(said(2 * HOUR, 2 * HOUR)), undefined);
  const [first, second, third] = said(2 * HOUR, 2 * HOUR, 2 * HOUR);
  if (first === undefined || second === undefined || third === undefined) throw new Error('there are three');
  t.equal(judged([first, second, { ...third, mirror: 'm1' }]), undefined, 'one of them by two addresses');
  t.equal(judged([first, second, { ...third, at: NOW - HOUR }]), undefined, 'one of them an hour ago');
  t.same(judged([first, second, { ...third, at: NOW - HOUR + 1 }]), [2 * HOUR, 3, true]);
});

t.test('of the addresses of a mirror the one that spoke last counts, in any order', async (t) => {
  const old = said(2 * HOUR, 2 * HOUR, 2 * HOUR).map((witness) => ({ ...witness, at: NOW - MINUTE }));
  for (const witnesses of [
    [...old, ...said(0, 0, 0)],
    [...said(0, 0, 0), ...old],
  ])
    t.same(judged(witnesses), [0, 3, false]);
});

t.test('with fewer, what is known stands for an hour', async (t) => {
  const before = { ahead: 2 * HOUR, mirrors: 3, wrong: true, at: NOW - HOUR + 1 };
  t.equal(judgeClock(before, said(0, 0), NOW), before);
  t.equal(judgeClock({ ...before, at: NOW - HOUR }, said(0, 0), NOW), undefined);
});

t.test('no mirror alone moves it', async (t) => {
  t.same(judged(said(0, 0, 9 * HOUR)), [0, 3, false]);
  t.same(judged(said(2 * HOUR, 2 * HOUR, 0)), [2 * HOUR, 3, true]);
  t.same(
    judged(said(0, 0, 9 * HOUR, 9 * HOUR)),
    [0, 4, false],
    'of two halves the one that finds less wrong',
  );
  t.same(judged(said(-9 * HOUR, -9 * HOUR, 0, 0)), [0, 4, false]);
  const span = fc.integer({ min: -10 * HOUR, max: 10 * HOUR });
  fc.assert(
    fc.property(
      fc.array(span, { minLength: 2, maxLength: 9 }),
      fc.maxSafeInteger(),
      fc.nat(),
      (honest, lie, at) => {
        const all = honest.toSpliced(at % (honest.length + 1), 0, lie);
        const ahead = judgeClock(undefined, said(...all), NOW)?.ahead ?? Number.NaN;
        return ahead >= Math.min(...honest) && ahead <= Math.max(...honest);
      },
    ),
  );
});

t.test('what was wrong is right again a little later', async (t) => {
  const before = { ahead: 2 * HOUR, mirrors: 3, wrong: true, at: NOW };
  const between = said(58 * MINUTE, 58 * MINUTE, 58 * MINUTE);
  t.same(judged(between, before), [58 * MINUTE, 3, true]);
  t.same(judged(between, { ...before, wrong: false }), [58 * MINUTE, 3, false]);
  t.same(judged(said(0, 55 * MINUTE, 2 * HOUR), before), [55 * MINUTE, 3, false]);
});

t.test('in words', async (t) => {
  t.equal(
    describeClock(-2 * HOUR, 3),
    'the clock of this host is behind by 2h, by what 3 mirrors say of the time: set it right',
  );
  t.match(describeClock(90 * MINUTE, 4), /ahead by 1h 30m, by what 4 mirrors/);
});

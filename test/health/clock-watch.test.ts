/** What mirrors say of the time in passing, and what is said of that. */
import t, { type Test } from 'tap';
import { createClockWatch } from '../../src/health/clock-watch.js';
import type { Outcome } from '../../src/probe/probe.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from './recording-log.js';
import { checkOf } from './targets.js';

const HOUR = 3_600_000;
const LOOK = 5000;
const never = new AbortController().signal;

function scene(t: Test) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const watch = createClockWatch(clock, log);
  t.teardown(() => watch.close());
  let outcome: Promise<Outcome> | Outcome = { ok: true, ms: 1 };
  const probe = watch.hearing(async () => outcome);
  const ask = (last: number, mirror = `m${last}`) => probe({ ...checkOf(`192.0.2.${last}`), mirror }, never);
  return {
    ...{ clock, log, watch, ask },
    answers: (next: Promise<Outcome> | Outcome) => {
      outcome = next;
    },
    async hear(clockAhead: number, mirrors = 3): Promise<void> {
      outcome = { ok: true, ms: 1, clockAhead };
      for (let last = 1; last <= mirrors; last++) await ask(last);
      await clock.advance(LOOK);
    },
  };
}

t.test('it is said once that the clock is wrong, and once that it is right again', async (t) => {
  const { log, watch, hear } = scene(t);
  await hear(10);
  t.match(watch.state(), { ahead: 10, mirrors: 3, wrong: false });
  t.same(log.lines, []);
  await hear(2 * HOUR);
  await hear(2 * HOUR + 1000, 4);
  t.match(watch.state(), { ahead: 2 * HOUR + 1000, mirrors: 4, wrong: true });
  t.match(log.lines, [
    { event: 'clock-wrong', level: 'error', ahead_s: 7200, mirrors: 3, message: /ahead by 2h, by what 3 / },
  ]);
  await hear(10, 4);
  await hear(10, 4);
  t.same(log.events(), ['clock-wrong', 'clock-right']);
  t.match(log.lines[1], { level: 'info', message: /right again, by what 4 mirrors say/ });
  await hear(-2 * HOUR, 4);
  t.match(log.lines[2], { event: 'clock-wrong', ahead_s: -7200, message: /behind by 2h/ });
});

t.test('an outcome is given on as it came, and failures are heard as well', async (t) => {
  const { clock, watch, ask, answers } = scene(t);
  const failure: Outcome = { ok: false, ms: 1, error: '503', clockAhead: 2 * HOUR };
  answers(failure);
  t.equal(await ask(1), failure);
  await ask(2);
  answers({ ok: true, ms: 1 });
  await ask(3);
  await clock.advance(LOOK);
  t.equal(watch.state(), undefined, 'the third said nothing of the time');
  answers(failure);
  await ask(3);
  await clock.advance(LOOK);
  t.match(watch.state(), { wrong: true });
});

t.test('where the clock is set, what was said before counts no more', async (t) => {
  const { clock, watch, ask, answers, hear, log } = scene(t);
  await hear(2 * HOUR);
  answers(
    new Promise((resolve) => clock.after(1000, () => resolve({ ok: true, ms: 1, clockAhead: 2 * HOUR }))),
  );
  const late = [1, 2, 3].map((last) => ask(last));
  watch.clockSet();
  t.equal(watch.state(), undefined, 'nor does what was found by it');
  await clock.advance(1000);
  await Promise.all(late);
  answers({ ok: true, ms: 1, clockAhead: 0 });
  await ask(4);
  await ask(5);
  await clock.advance(LOOK);
  t.equal(watch.state(), undefined, 'two are too few to know whether it is right now');
  t.same(log.events(), ['clock-wrong'], 'so it is not said that it is');
  await ask(6);
  await clock.advance(LOOK);
  t.match(watch.state(), { mirrors: 3, ahead: 0, wrong: false });
  t.same(log.events(), ['clock-wrong', 'clock-right']);
});

t.test('where nobody says anything any more, nothing is known', async (t) => {
  const { clock, watch, hear, log } = scene(t);
  await hear(2 * HOUR);
  await clock.advance(2 * HOUR);
  t.equal(watch.state(), undefined);
  t.match(log.lines[1], { event: 'clock-right', message: /too few mirrors/ });
  watch.close();
  t.equal(clock.waiting(), 0);
});

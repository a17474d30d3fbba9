import t from 'tap';
import { startTimetable, type Timetable } from '../../src/update/timetable.js';
import { createFakeClock, type FakeClock } from '../fake-clock.js';
import { type KeptLog, keptLog } from './scenery.js';

const NEVER_SOON = '0 0 1 7 *';
const HOUR = 3_600_000;

interface Scene {
  readonly clock: FakeClock;
  readonly log: KeptLog;
  readonly timetable: Timetable;
  readonly runs: () => number;
}

/** A timetable whose delays are 0, since local noon of a day without daylight saving. */
function setUp(expression: string, run: () => Promise<void> = async () => undefined): Scene {
  const clock = createFakeClock(new Date(2026, 0, 1, 12).getTime());
  const log = keptLog();
  let runs = 0;
  const timetable = startTimetable({
    expression,
    clock,
    random: () => 0,
    log,
    run() {
      runs++;
      return run();
    },
  });
  return { clock, log, timetable, runs: () => runs };
}

t.test('nothing runs at the start by itself', async (t) => {
  const { clock, timetable, runs } = setUp(NEVER_SOON);
  await clock.advance(HOUR);
  t.equal(runs(), 0);
  t.equal(timetable.nextRun(), new Date(2026, 6, 1).getTime());
  timetable.stop();
  t.equal(timetable.nextRun(), undefined);
});

t.test('soon is within seconds, and shown', async (t) => {
  const clock = createFakeClock();
  let runs = 0;
  const run = async (): Promise<void> => {
    runs++;
  };
  const timetable = startTimetable({ expression: NEVER_SOON, clock, random: () => 0.5, log: keptLog(), run });
  const appointed = timetable.nextRun();
  timetable.soon();
  t.equal(timetable.nextRun(), Math.min(clock.now() + 12_500, appointed ?? 0));
  await clock.advance(12_499);
  t.equal(runs, 0);
  await clock.advance(1);
  t.equal(runs, 1);
  t.equal(timetable.nextRun(), appointed);
  timetable.stop();
});

t.test('a stop ends the waits', async (t) => {
  const { clock, timetable } = setUp(NEVER_SOON, async () => {
    t.fail('it ran');
  });
  timetable.soon();
  timetable.stop();
  await clock.advance(100_000);
  t.equal(clock.waiting(), 0);
});

t.test('at the appointed minute, then after the delay, each day', async (t) => {
  const clock = createFakeClock(new Date(2026, 0, 1, 12).getTime());
  const ran: number[] = [];
  const run = async (): Promise<void> => {
    ran.push(clock.now());
  };
  const timetable = startTimetable({
    expression: '0 13 * * *',
    clock,
    random: () => 0.5,
    log: keptLog(),
    run,
  });
  await clock.advance(HOUR);
  t.equal(timetable.nextRun(), new Date(2026, 0, 1, 13, 15).getTime(), 'the delay is drawn');
  await clock.advance(47 * HOUR);
  t.same(ran, [new Date(2026, 0, 1, 13, 15).getTime(), new Date(2026, 0, 2, 13, 15).getTime()]);
  timetable.stop();
});

t.test('a host that slept over the minute updates when it wakes, once', async (t) => {
  const { clock, log, timetable, runs } = setUp('23 13 * * *');
  // The wall clock goes on in a sleep, and no timer does.
  clock.jump(50 * HOUR);
  await clock.advance(60_000);
  t.equal(runs(), 1, 'within a minute');
  t.match(log.lines, [{ level: 'info', fields: { event: 'update-schedule' }, message: /begins late/ }]);
  t.equal(timetable.nextRun(), new Date(2026, 0, 4, 13, 23).getTime());
  timetable.stop();
});

t.test('a process that stood still over the minute updates late', async (t) => {
  const { clock, timetable, runs } = setUp('23 13 * * *');
  await clock.stall(3 * HOUR);
  await clock.advance(0);
  t.equal(runs(), 1);
  timetable.stop();
});

t.test('a clock that is set back does not put the next one off', async (t) => {
  const { clock, timetable, runs } = setUp('23 13 * * *');
  clock.jump(400 * 24 * HOUR);
  await clock.advance(60_000);
  clock.jump(-400 * 24 * HOUR);
  await clock.advance(60_000);
  t.equal(timetable.nextRun(), new Date(2026, 0, 1, 13, 23).getTime());
  await clock.advance(2 * HOUR);
  t.equal(runs(), 2);
  timetable.stop();
});

t.test('a run at work is not doubled', async (t) => {
  let finish = (): void => undefined;
  const { clock, log, timetable, runs } = setUp(
    '0 * * * *',
    () =>
      new Promise((resolve) => {
        finish = resolve;
      }),
  );
  await clock.advance(HOUR);
  t.equal(runs(), 1);
  await clock.advance(HOUR);
  t.equal(runs(), 1);
  t.match(log.lines, [{ level: 'warn', fields: { event: 'update-schedule' }, message: /is not done/ }]);
  finish();
  await clock.advance(HOUR);
  t.equal(runs(), 2);
  timetable.stop();
  finish();
});

t.test('a run that fails is said and does not end the schedule', async (t) => {
  const { clock, log, timetable } = setUp(NEVER_SOON, () => Promise.reject(new Error('a defect')));
  timetable.soon();
  await clock.advance(5_000);
  t.match(log.lines, [{ level: 'error', fields: { event: 'update-run-failed', reason: 'a defect' } }]);
  t.not(timetable.nextRun(), undefined);
  timetable.stop();
});

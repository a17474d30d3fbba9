import t from 'tap';
import { systemClock } from '../../src/clock.js';
import { startTimetable } from '../../src/update/timetable.js';
import { createFakeClock } from '../fake-clock.js';
import { keptLog, until } from './scenery.js';

const NEVER_SOON = '0 0 1 1 *';

t.test('nothing runs at the start by itself', async (t) => {
  const clock = createFakeClock();
  let runs = 0;
  const run = async (): Promise<void> => {
    runs++;
  };
  const timetable = startTimetable({ expression: NEVER_SOON, clock, random: () => 0, log: keptLog(), run });
  await clock.advance(3_600_000);
  t.equal(runs, 0);
  const next = new Date(timetable.nextRun() ?? 0);
  t.same([next.getMonth(), next.getDate(), next.getHours(), next.getMinutes()], [0, 1, 0, 0]);
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

t.test('a stop ends the wait', async (t) => {
  const clock = createFakeClock();
  const run = async (): Promise<unknown> => t.fail('it ran');
  const timetable = startTimetable({ expression: NEVER_SOON, clock, random: () => 0, log: keptLog(), run });
  timetable.soon();
  t.equal(clock.waiting(), 1);
  timetable.stop();
  await clock.advance(100_000);
  t.equal(clock.waiting(), 0);
});

t.test('the appointed second comes, then the delay, and a run at work is not doubled', async (t) => {
  const log = keptLog();
  const draws: number[] = [];
  let runs = 0;
  let finish = (): void => undefined;
  const run = (): Promise<void> => {
    runs++;
    return new Promise((resolve) => {
      finish = resolve;
    });
  };
  const random = (): number => {
    draws.push(0);
    return 0;
  };
  const timetable = startTimetable({ expression: '* * * * * *', clock: systemClock, random, log, run });
  await until(() => runs === 1);
  t.equal(draws.length, 1, 'one delay drawn');
  await until(() => log.events().includes('update-schedule'));
  t.match(log.lines.at(-1), { level: 'warn', message: /still running/ }, "node-cron's words come to our log");
  t.equal(runs, 1);
  finish();
  await until(() => runs === 2);
  timetable.stop();
  finish();
});

t.test('a run that fails is said and does not end the schedule', async (t) => {
  const clock = createFakeClock();
  const log = keptLog();
  const run = (): Promise<void> => Promise.reject(new Error('a defect'));
  const timetable = startTimetable({ expression: NEVER_SOON, clock, random: () => 0, log, run });
  timetable.soon();
  await clock.advance(5_000);
  t.match(log.lines, [{ level: 'error', fields: { event: 'update-run-failed', reason: 'a defect' } }]);
  t.not(timetable.nextRun(), undefined);
  timetable.stop();
});

import t from 'tap';
import { startDeadline } from '../../src/update/deadline.js';
import { UpdateFault } from '../../src/update/fault.js';
import { createFakeClock } from '../fake-clock.js';

const limits = { idleMs: 30_000, overallMs: 100_000 };
const never = new AbortController().signal;

t.test('silence ends it', async (t) => {
  const clock = createFakeClock();
  const deadline = startDeadline(clock, limits, never);
  await clock.advance(29_999);
  t.notOk(deadline.signal.aborted);
  await clock.advance(1);
  t.match(deadline.signal.reason, {
    kind: 'passing',
    code: 'UPDATE_FAILED',
    message: 'nothing came for 30s',
  });
  deadline.end();
});

t.test('a touch is counted from when it came', async (t) => {
  const clock = createFakeClock();
  const deadline = startDeadline(clock, limits, never);
  await clock.advance(20_000);
  deadline.touch();
  await clock.advance(29_999);
  t.notOk(deadline.signal.aborted);
  await clock.advance(1);
  t.ok(deadline.signal.aborted);
  deadline.end();
});

t.test('dripping does not outlast the overall deadline', async (t) => {
  const clock = createFakeClock();
  const deadline = startDeadline(clock, limits, never);
  for (let i = 0; i < 9; i++) {
    await clock.advance(10_000);
    deadline.touch();
  }
  t.notOk(deadline.signal.aborted);
  await clock.advance(10_000);
  t.match(deadline.signal.reason, { kind: 'passing', message: 'it was not done after 100s' });
  deadline.end();
});

t.test('the outer signal passes through, and ending lets go of everything', async (t) => {
  const clock = createFakeClock();
  const stopping = new AbortController();
  const deadline = startDeadline(clock, limits, stopping.signal);
  const ended = startDeadline(clock, limits, stopping.signal);
  ended.end();
  const reason = new UpdateFault('final', 'stopped');
  stopping.abort(reason);
  t.equal(deadline.signal.reason, reason);
  t.notOk(ended.signal.aborted);
  t.equal(startDeadline(clock, limits, stopping.signal).signal.reason, reason, 'one that was aborted before');
  deadline.end();
  await clock.advance(1_000_000);
  t.equal(clock.waiting(), 0);
});

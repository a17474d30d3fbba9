import t from 'tap';
import { pause } from '../../src/update/pause.js';
import { createFakeClock } from '../fake-clock.js';

t.test('waits on the clock that it is given', async (t) => {
  const clock = createFakeClock();
  let done = false;
  const waiting = pause(clock, 1_000, new AbortController().signal).then(() => {
    done = true;
  });
  await clock.advance(999);
  t.notOk(done);
  await clock.advance(1);
  await waiting;
  t.ok(done);
});

t.test('a signal ends it, before and during', async (t) => {
  const clock = createFakeClock();
  const stopping = new AbortController();
  const waiting = t.rejects(pause(clock, 1_000, stopping.signal), { message: 'enough' });
  stopping.abort(new Error('enough'));
  await waiting;
  t.equal(clock.waiting(), 0);
  await t.rejects(pause(clock, 1_000, stopping.signal), { message: 'enough' });
  t.equal(clock.waiting(), 0);
});

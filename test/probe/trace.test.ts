/** How a probe went, step by step, by the clock that is never set. */
import t from 'tap';
import { createRecorder, type Step } from '../../src/probe/trace.js';
import { createFakeClock } from '../fake-clock.js';

t.test('each step has the time since the one before, and the last one why it broke', async (t) => {
  const clock = createFakeClock();
  const steps: Step[] = [];
  const recorder = createRecorder(clock, steps);
  await clock.advance(3);
  recorder.step('connect', () => 'port 80');
  clock.jump(3_600_000);
  recorder.phase('TLS handshake');
  await clock.advance(4);
  recorder.step('tls');
  recorder.phase('reading the body');
  await clock.advance(5.126);
  recorder.broke(new Error('reset'));
  t.same(steps, [
    { step: 'connect', ms: 3, detail: 'port 80' },
    { step: 'tls', ms: 4 },
    { step: 'body', ms: 5.13, error: 'reset' },
  ]);
  t.equal(recorder.current(), 'reading the body');
});

t.test('where nobody looks no words are made', async (t) => {
  const recorder = createRecorder(createFakeClock());
  recorder.step('connect', () => {
    throw new Error('nobody asked');
  });
  recorder.broke('x');
  t.equal(recorder.current(), 'connecting', 'until something else is said');
});

t.test('what was found adds up, the latest of each', async (t) => {
  const recorder = createRecorder(createFakeClock());
  t.same(recorder.findings(), {});
  recorder.found({ rate: 1 });
  recorder.found({ certificateEnds: 2 });
  recorder.found({ rate: 3 });
  t.same(recorder.findings(), { rate: 3, certificateEnds: 2 });
});

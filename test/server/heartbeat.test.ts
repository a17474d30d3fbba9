/** Workers that are asked whether they work: real ones, and ones that hang. */
import t from 'tap';
import { answerHeartbeat, newHeartbeat, watchHeartbeats } from '../../src/server/heartbeat.js';
import { until } from '../e2e/program.js';
import { createFakeClock } from '../fake-clock.js';
import { openOn, TABLE, TRANSPORTS } from './loopback.js';

t.test('who does not answer in time is silent, and is not once it does', async (t) => {
  const clock = createFakeClock();
  const [good, bad] = [newHeartbeat(), newHeartbeat()];
  let asked = 0;
  const pulses = watchHeartbeats(
    [
      { heartbeat: good, patience: 5000, ask: () => answerHeartbeat(good) },
      { heartbeat: bad, patience: 5000, ask: () => asked++ },
    ],
    clock,
  );
  t.equal(pulses.silent(), 0);
  await clock.advance(5000);
  t.equal(pulses.silent(), 0, 'it may take a while');
  await clock.advance(1000);
  t.equal(pulses.silent(), 1);
  t.ok(asked > 5, 'whoever takes its place is told too');
  answerHeartbeat(bad);
  t.equal(pulses.silent(), 0);
  await clock.advance(3000);
  t.equal(pulses.silent(), 0, 'the next question has its own time');
  await clock.advance(4000);
  t.equal(pulses.silent(), 1);
  pulses.stop();
  t.equal(clock.waiting(), 0);
});

t.test('who owed an answer before others watched still owes it', async (t) => {
  const clock = createFakeClock();
  const worker = { heartbeat: newHeartbeat(), patience: 5000, ask: () => undefined };
  watchHeartbeats([worker], clock).stop();
  const pulses = watchHeartbeats([worker], clock);
  await clock.advance(6000);
  t.equal(pulses.silent(), 1);
  pulses.stop();
});

t.test('each has as long as it may take', async (t) => {
  const clock = createFakeClock();
  const standingBack = { heartbeat: newHeartbeat(), patience: 60_000, ask: () => undefined };
  const pulses = watchHeartbeats([standingBack], clock);
  await clock.advance(60_000);
  t.equal(pulses.silent(), 0);
  await clock.advance(1000);
  t.equal(pulses.silent(), 1);
  pulses.stop();
});

for (const transport of TRANSPORTS) {
  t.test(`the workers of ${transport} UDP and of TCP answer, with nobody else asking`, async (t) => {
    const clock = createFakeClock();
    const { service } = await openOn(t, transport, TABLE, ['127.0.0.1'], { clock });
    for (let i = 0; i < 3; i++) {
      await clock.advance(60_000);
      await until(() => (service.silentWorkers() === 0 ? true : undefined), 'answers of all workers');
    }
  });
}

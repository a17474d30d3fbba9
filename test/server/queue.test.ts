/** How long queries can wait, computed from buffers and counters. */
import t from 'tap';
import { count, TALLY } from '../../src/answer/tally.js';
import { newHeartbeat } from '../../src/server/heartbeat.js';
import type { OpenWorker } from '../../src/server/open-workers.js';
import { watchQueues } from '../../src/server/queue.js';
import { newWorkerCounters } from '../../src/server/tallies.js';
import { createFakeClock } from '../fake-clock.js';

function worker(fd: number, receiveBuffer: number): OpenWorker {
  const unused = (): never => {
    throw new Error('nobody asks for that here');
  };
  const endpoint = { host: '192.0.2.1', port: 53 };
  return {
    protocol: 'udp',
    handle: { endpoints: [endpoint], tell: unused, republish: unused, deaths: unused, stop: unused },
    counters: newWorkerCounters('udp', []),
    heartbeat: newHeartbeat(),
    patience: 5000,
    ask: unused,
    socket: {
      ...{ fd, endpoint, ipv6: false, wildcard: false, present: true, from: undefined },
      ...{ sendBuffer: receiveBuffer, receiveBuffer },
    },
  };
}

t.test('the socket that is full first counts', async (t) => {
  const clock = createFakeClock();
  // Two workers share the first one.
  const workers = [worker(3, 768_000), worker(3, 768_000), worker(4, 7_680_000)];
  const queues = watchQueues(workers, clock);
  t.same(queues.now(), { questions: 1000, seconds: undefined });
  for (const { counters } of workers)
    for (let i = 0; i < 1000; i++) count(counters.tally, TALLY.QUERIES_IPV4);
  await clock.advance(10_000);
  t.same(queues.now(), { questions: 1000, seconds: 5 }, '200 a second to the first one');
  await clock.advance(10_000);
  t.same(queues.now(), { questions: 1000, seconds: undefined });
  queues.stop();
  t.equal(clock.waiting(), 0);
  const portable = watchQueues([], clock);
  t.equal(portable.now(), undefined);
  portable.stop();
});

/** Workers that die or do not start are replaced on the socket that the main thread keeps. */
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { PLAIN_POLICY } from '../../src/answer/policy.js';
import { count, TALLY } from '../../src/answer/tally.js';
import { systemClock } from '../../src/platform/clock.js';
import { loadLibc } from '../../src/platform/libc.js';
import { newHeartbeat } from '../../src/server/heartbeat.js';
import type { WorkerConfig } from '../../src/server/messages.js';
import { newWorkerCounters } from '../../src/server/tallies.js';
import { startBatched, startPortable } from '../../src/server/threads.js';
import { closeUdpSocket, openUdpSockets } from '../../src/server/udp-sockets.js';
import { startWorker, type Thread, type WorkerPlan } from '../../src/server/worker-handle.js';
import { until, within } from '../e2e/program.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { ANSWER, ASKED, TABLE, udpClient } from './loopback.js';

const ANYWHERE = [{ host: '127.0.0.1', port: 0 }];
const LISTENING = `const { parentPort } = require('node:worker_threads');
const endpoints = [{ host: '127.0.0.1', port: 5300 }];
const listen = () => parentPort.postMessage({ kind: 'listening', endpoints });`;

/** A thread that runs a script. */
function scripted(script: string): Thread {
  const worker = new Worker(`${LISTENING}\n${script}`, { eval: true });
  return { worker, tell: (message) => worker.postMessage(message) };
}

/** Does as it is told: dies when it hears of a table, and ends in order when it is to stop. */
const MORTAL = `listen(); parentPort.on('message', ({ kind }) => {
  if (kind === 'stop') parentPort.close(); else throw new Error('this is the end of ' + kind);
});`;

function plan(start: WorkerPlan['start'], rest: Pick<Partial<WorkerPlan>, 'config' | 'clock'> = {}) {
  const log = createRecordingLog();
  const config = (): WorkerConfig => ({
    table: TABLE,
    policy: PLAIN_POLICY,
    heartbeat: newHeartbeat(),
    nice: 0,
    counters: newWorkerCounters('udp', TABLE.pools),
  });
  return {
    protocol: 'udp' as const,
    endpoints: ANYWHERE,
    start,
    config: config,
    clock: systemClock,
    log,
    ...rest,
  };
}

const libc = await loadLibc();
const unavailable = 'unavailable' in libc && libc.unavailable;

t.test(
  'a batched worker that dies: its socket waits for the next, the others serve',
  { skip: unavailable },
  async (t) => {
    if ('unavailable' in libc) return;
    const sockets = openUdpSockets(libc, { host: '127.0.0.1', port: 0 }, 2);
    const clock = createFakeClock();
    const threads: Thread[][] = [[], []];
    const counters = sockets.map(() => newWorkerCounters('udp', TABLE.pools));
    const workers = await Promise.all(
      sockets.map((socket, i) => {
        const own = counters[i] ?? newWorkerCounters('udp', []);
        const start: WorkerPlan['start'] = (_endpoints, config) => {
          const thread = startBatched(socket, config);
          threads[i]?.push(thread);
          return thread;
        };
        return startWorker(
          plan(start, {
            config: () => ({
              table: TABLE,
              policy: PLAIN_POLICY,
              heartbeat: newHeartbeat(),
              nice: 0,
              counters: own,
            }),
            clock,
          }),
        );
      }),
    );
    t.teardown(() => {
      for (const socket of sockets) closeUdpSocket(libc, socket);
    });
    const port = sockets[0]?.endpoint.port ?? 0;
    const clients = await Promise.all(Array.from({ length: 32 }, () => udpClient(t, port)));
    const answered = (): number[] => counters.map(({ tally }) => tally[TALLY.QUERIES_IPV4] ?? 0);
    await Promise.all(clients.map((client) => client.ask(ASKED)));
    const [first = 0, second = 0] = answered();
    t.equal(first + second, 32);
    t.ok(first > 0 && second > 0, `the kernel deals clients out: ${first} and ${second}`);

    // The thread is ended without a word; no clock moves, so nobody takes its place.
    await threads[0]?.[0]?.worker.terminate();
    const replies = Promise.all(clients.map((client) => client.ask(ASKED)));
    await until(() => (answered()[1] === 2 * second ? true : undefined), 'the answers of the other worker');
    t.equal(answered()[0], first, 'the rest waits');
    await until(() => (clock.waiting() === 1 ? true : undefined), 'the death to be noticed');
    await clock.advance(99);
    t.equal(threads[0]?.length, 1);
    await clock.advance(1);
    t.equal(threads[0]?.length, 2, 'a new thread');
    for (const { answers } of await replies) t.same(answers, ANSWER);
    t.same(answered(), [2 * first, 2 * second], 'it goes on with the counters of the dead');
    t.same(
      workers.map((worker) => worker.deaths()),
      [1, 0],
    );
    await Promise.all(workers.map((worker) => worker.stop()));
    t.same(
      threads.flat().map(({ worker }) => worker.threadId),
      [-1, -1, -1],
    );
  },
);

t.test('a batched worker that nobody asks adopts what is published', { skip: unavailable }, async (t) => {
  if ('unavailable' in libc) return;
  const [socket] = openUdpSockets(libc, { host: '127.0.0.1', port: 0 }, 1);
  if (socket === undefined) throw new Error('one was asked for');
  const counters = newWorkerCounters('udp', TABLE.pools);
  let generation = 1;
  const worker = await startWorker(
    plan((_endpoints, config) => startBatched(socket, config), {
      config: () => ({
        table: { ...TABLE, generation },
        policy: PLAIN_POLICY,
        heartbeat: newHeartbeat(),
        nice: 0,
        counters,
      }),
    }),
  );
  t.teardown(async () => {
    await worker.stop();
    closeUdpSocket(libc, socket);
  });
  for (generation = 2; generation < 5; generation++) worker.republish();
  await until(() => (Atomics.load(counters.adopted, 0) === 4 ? true : undefined), 'the last one');
  t.equal(counters.tally[TALLY.QUERIES_IPV4], 0);
});

t.test('a worker that throws is replaced, and it is said and counted', async (t) => {
  let started = 0;
  const ways = plan(() => {
    started++;
    return scripted(
      started === 1
        ? MORTAL
        : `listen(); parentPort.on('message', ({ kind }) => kind === 'stop' && parentPort.close());`,
    );
  });
  const worker = await startWorker(ways);
  t.same(worker.endpoints, [{ host: '127.0.0.1', port: 5300 }]);
  t.equal(worker.deaths(), 0);
  worker.republish();
  await until(() => (started === 2 ? true : undefined), 'a replacement');
  t.equal(worker.deaths(), 1);
  t.match(ways.log.lines, [
    { level: 'error', event: 'worker-died', protocol: 'udp', error: /this is the end of table/ },
  ]);
  await within(worker.stop(), 'its end');
  t.equal(ways.log.lines.length, 1);
  t.equal(worker.deaths(), 1, 'an end that was asked for is no death');
});

t.test('one that dies as it reports that it listens is replaced as well', async (t) => {
  const clock = createFakeClock();
  const { worker: first, tell } = scripted(
    `parentPort.on('message', ({ kind }) => kind === 'stop' && parentPort.close());`,
  );
  const ways = plan(() => ({ worker: first, tell }), { clock });
  const starting = startWorker(ways);
  // Node delivers all of this in one turn if the main thread was busy until the thread had ended.
  first.emit('message', { kind: 'listening', endpoints: ANYWHERE });
  first.emit('error', new Error('out of luck'));
  first.emit('exit', 1);
  const worker = await starting;
  t.equal(worker.deaths(), 1);
  t.match(ways.log.lines, [{ event: 'worker-died', error: 'out of luck' }]);
  t.equal(clock.waiting(), 1, 'a replacement is due');
  await worker.stop();
});

t.test('a replacement has what was published meanwhile', async (t) => {
  const clock = createFakeClock();
  const told: unknown[] = [];
  const threads: Worker[] = [];
  const generations: number[] = [];
  let generation = 1;
  const start: WorkerPlan['start'] = (_endpoints, config) => {
    generations.push(config.table.generation);
    // Published while the thread starts.
    if (threads.length > 0) generation = 3;
    const { worker } = scripted(MORTAL);
    threads.push(worker);
    return { worker, tell: (message) => void told.push(message) };
  };
  const config = (): WorkerConfig => ({
    table: { ...TABLE, generation },
    policy: PLAIN_POLICY,
    heartbeat: newHeartbeat(),
    nice: 0,
    counters: newWorkerCounters('udp', []),
  });
  const worker = await startWorker(plan(start, { clock, config: config }));
  await threads[0]?.terminate();
  generation = 2;
  worker.republish();
  await until(() => (clock.waiting() === 1 ? true : undefined), 'the death to be noticed');
  await clock.advance(100);
  await until(() => (told.length === 2 ? true : undefined), 'news for the replacement');
  t.same(generations, [1, 2]);
  t.match(told[1], { kind: 'table', table: { generation: 3 }, hits: { block: Float64Array } });
  await threads[1]?.terminate();
  await worker.stop();
});

t.test('one that can’t be replaced is tried again', async (t) => {
  const clock = createFakeClock();
  const scripts = [
    MORTAL,
    `throw new Error('no luck')`,
    `process.exit(7)`,
    `parentPort.postMessage({ kind: 'failed', endpoint: { host: '127.0.0.1', port: 53 }, code: 'EACCES' });`,
    MORTAL,
  ];
  let started = 0;
  const ways = plan(() => scripted(scripts[started++] ?? ''), { clock });
  const worker = await startWorker(ways);
  worker.republish();
  const wait = async (ms: number, count: number): Promise<void> => {
    await until(() => (clock.waiting() === 1 ? true : undefined), 'the next try');
    t.equal(started, count);
    await clock.advance(ms - 1);
    t.equal(started, count);
    await clock.advance(1);
    t.equal(started, count + 1);
  };
  await wait(100, 1);
  await wait(1000, 2);
  await wait(1000, 3);
  await wait(1000, 4);
  await until(() => (ways.log.lines.length === 5 ? true : undefined), 'the death of the last');
  t.match(
    ways.log.lines.map(({ event, error }) => [event, error]),
    [
      ['worker-died', /this is the end of table/],
      ['worker-not-replaced', /no luck/],
      ['worker-not-replaced', /ended with code 7 as it started/],
      ['worker-not-replaced', /can't listen on 127\.0\.0\.1:53 \(UDP\): .*CAP_NET_BIND_SERVICE/],
      ['worker-died', /this is the end of table/],
    ],
  );
  await worker.stop();
});

t.test('one that does not start at all', async (t) => {
  await t.rejects(startWorker(plan(() => scripted(`throw new Error('no luck')`))), /no luck/);
  await t.rejects(startWorker(plan(() => scripted(`process.exit(0)`))), /ended with code 0/);
  const failed = `parentPort.postMessage({ kind: 'failed', endpoint: { host: '::1', port: 53 }, code: 'EODD' });
    setInterval(() => {}, 1000);`;
  await t.rejects(startWorker(plan(() => scripted(failed))), {
    code: 'LISTEN_FAILED',
    message: "can't listen on [::1]:53 (UDP): EODD",
  });
});

t.test('stopping', async (t) => {
  const clock = createFakeClock();
  const deaf = await startWorker(plan(() => scripted('listen(); setInterval(() => {}, 1000);'), { clock }));
  const stopped = deaf.stop();
  t.equal(clock.waiting(), 1);
  await clock.advance(1500);
  await within(stopped, 'the end of one that does not hear');

  const threads: Thread[] = [];
  const dying = await startWorker(
    plan(
      () => {
        const thread = scripted(MORTAL);
        threads.push(thread);
        return thread;
      },
      { clock },
    ),
  );
  dying.republish();
  await until(() => (clock.waiting() === 1 ? true : undefined), 'the death to be noticed');
  await within(dying.stop(), 'the end of one that is dead');
  await clock.advance(100);
  t.equal(threads.length, 1, 'it is not replaced any more');

  const replaced = await startWorker(
    plan(
      () => {
        const thread = startPortable(ANYWHERE, {
          table: TABLE,
          policy: PLAIN_POLICY,
          heartbeat: newHeartbeat(),
          nice: 0,
          counters: newWorkerCounters('udp', TABLE.pools),
        });
        threads.push(thread);
        return thread;
      },
      { clock },
    ),
  );
  await threads[1]?.worker.terminate();
  await until(() => (clock.waiting() === 1 ? true : undefined), 'the death to be noticed');
  await clock.advance(100);
  t.equal(threads.length, 3);
  await within(replaced.stop(), 'the end of one that is just starting');
  t.equal(threads[2]?.worker.threadId, -1);
});

t.test('a tally is the same memory in a worker', async (t) => {
  const counters = newWorkerCounters('udp', TABLE.pools);
  count(counters.tally, TALLY.DROPPED);
  const worker = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads'); workerData.tally[${TALLY.DROPPED}]++; parentPort.close();`,
    { eval: true, workerData: counters },
  );
  await new Promise((resolve) => worker.once('exit', resolve));
  t.equal(counters.tally[TALLY.DROPPED], 2);
});

import { writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import {
  LOW_PRIORITY,
  LOWEST_PRIORITY,
  lowerPriority,
  ownThreads,
  raisePriority,
} from '../../src/platform/thread-priority.js';

const ON_LINUX = process.platform === 'linux' ? false : 'threads have no nice value of their own here';
const LIB = new URL('../../src/platform/thread-priority.js', import.meta.url);

/** A thread that does something and posts its number and the nice value that it then has. */
const SCRIPT = (work: string): string => `
  import { readlinkSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { parentPort } from 'node:worker_threads';
  import { raisePriority, lowerPriority } from '${LIB}';
  ${work}
  const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  parentPort.postMessage({ thread, nice: getPriority(thread) });
  parentPort.on('message', () => parentPort.close());`;

interface Said {
  readonly thread: number;
  readonly nice: number;
}

async function startThread(t: Test, work: string): Promise<Said> {
  const script = join(t.testdir(), 'thread.mjs');
  writeFileSync(script, SCRIPT(work));
  const worker = new Worker(script);
  t.teardown(() => worker.terminate());
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

t.test('a thread stands back, and the others stay where they are', { skip: ON_LINUX }, async (t) => {
  const before = getPriority();
  t.equal((await startThread(t, `lowerPriority(${LOWEST_PRIORITY});`)).nice, LOWEST_PRIORITY);
  t.equal(
    (await startThread(t, `lowerPriority(${LOWEST_PRIORITY}); lowerPriority(${LOW_PRIORITY});`)).nice,
    LOWEST_PRIORITY,
    'never forward',
  );
  t.equal(getPriority(), before);
});

t.test('threads that are there stand back together', { skip: ON_LINUX }, async (t) => {
  const { thread, nice } = await startThread(t, '');
  t.equal(nice, getPriority(), 'a thread begins as nice as the one that started it');
  const threads = ownThreads();
  t.ok(threads.includes(process.pid), 'the main thread');
  t.ok(threads.includes(thread), 'a worker');
  const before = getPriority();
  lowerPriority(LOW_PRIORITY, [thread]);
  t.equal(getPriority(thread), Math.max(LOW_PRIORITY, before));
  t.equal(getPriority(), before);
  t.doesNotThrow(() => lowerPriority(LOW_PRIORITY, [2 ** 22 + 1]), 'one that has ended meanwhile');
});

t.test('a thread comes forward where the system lets it', { skip: ON_LINUX }, async (t) => {
  const { nice } = await startThread(t, `lowerPriority(${LOWEST_PRIORITY}); raisePriority(${LOW_PRIORITY});`);
  const free = process.getuid?.() === 0;
  t.equal(nice, free ? LOW_PRIORITY : LOWEST_PRIORITY);
});

t.test('where the system does not allow it, the thread goes on', async (t) => {
  const before = getPriority();
  // The system is not even asked for a value that is none.
  t.doesNotThrow(() => lowerPriority(Number.NaN));
  t.doesNotThrow(() => raisePriority(Number.NaN));
  t.equal(getPriority(), before);
});

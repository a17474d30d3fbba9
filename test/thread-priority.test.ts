import { writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { NICEST, standBack } from '../src/thread-priority.js';

const ON_LINUX = process.platform === 'linux' ? false : 'threads have no nice value of their own here';

/** The nice value of the thread that asks: proc(5), the 19th field of its stat. */
const OWN_NICE = `Number(readFileSync('/proc/thread-self/stat', 'utf8').split(') ').at(-1).split(' ')[16])`;

t.test('a thread stands back, and the others stay where they are', { skip: ON_LINUX }, async (t) => {
  const directory = t.testdir();
  const script = join(directory, 'thread.mjs');
  const lib = new URL('../src/thread-priority.js', import.meta.url);
  writeFileSync(
    script,
    `import { readFileSync } from 'node:fs';
     import { parentPort } from 'node:worker_threads';
     import { NICEST, standBack } from '${lib}';
     standBack(NICEST);
     parentPort.postMessage(${OWN_NICE});`,
  );
  const before = getPriority();
  const nice = await new Promise((resolve, reject) => {
    const worker = new Worker(script);
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  t.equal(nice, NICEST);
  t.equal(getPriority(), before);
});

t.test('where the system does not allow it, the thread goes on', async (t) => {
  const before = getPriority();
  // The system is not even asked for a value that is none.
  t.doesNotThrow(() => standBack(Number.NaN));
  t.equal(getPriority(), before);
});

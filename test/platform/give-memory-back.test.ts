import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { giveMemoryBack } from '../../src/platform/give-memory-back.js';
import { loadLibc } from '../../src/platform/libc.js';

const MB = 2 ** 20;

/** A thread that makes arrays, hands the last one on, and ends: what is freed below that one would stay in its heap. */
const MAKE = `
  const { parentPort, workerData: { count, size } } = require('node:worker_threads');
  const arrays = Array.from({ length: count }, () => new Uint8Array(size).fill(1));
  parentPort.postMessage(arrays.at(-1), [arrays.at(-1).buffer]);
`;

async function make(count: number, size: number): Promise<Uint8Array> {
  const thread = new Worker(MAKE, { eval: true, workerData: { count, size } });
  // The last message of a thread and its end may be told of in one go.
  const [[last]] = await Promise.all([once(thread, 'message'), once(thread, 'exit')]);
  return last;
}

function resident(): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}

const libc = await loadLibc();
const skip = 'unavailable' in libc || libc.mallopt === undefined ? 'the C library is another' : false;

t.test('what a thread took is given back when it has ended', { skip }, async (t) => {
  await giveMemoryBack();
  // Once such a large array is freed, the library would have larger ones in its heaps than before.
  await make(2, 20 * MB);
  const before = resident();
  for (const size of [MB, MB / 16]) {
    const last = await make((100 * MB) / size, size);
    t.equal(last.length, size);
    const more = resident() - before;
    t.ok(more < 50 * MB, `${Math.round(more / MB)} MB, in arrays of ${size} octets`);
  }
});

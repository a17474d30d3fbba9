/**
 * Has memory that threads free go back to the system. GNU's C library keeps it: it moves the size from which it maps arrays
 * of their own up to 32 MB, so that 90 MB of a City database stay in the heap of a thread that has ended, more or less by
 * chance; it gives each thread a heap, and takes none of them apart that is free in its middle.
 */
import type { Worker } from 'node:worker_threads';
import { LINUX, loadLibc } from './libc.js';

const MAPPED_FROM = 2 ** 18;
/** One for the main thread, one for all others, which ask for little while they answer. */
const HEAPS = 2;

/** From now on, and for threads that begin from now on. Nothing is done where the C library is another, or can't be reached. */
export async function giveMemoryBack(): Promise<void> {
  const libc = await loadLibc();
  if ('unavailable' in libc) return;
  libc.mallopt?.(LINUX.M_MMAP_THRESHOLD, MAPPED_FROM);
  libc.mallopt?.(LINUX.M_ARENA_MAX, HEAPS);
  process.on('worker', (thread: Worker) => thread.once('exit', () => libc.mallocTrim?.(0)));
}

/**
 * Returns memory that threads free to the system. GNU's C library keeps it. It raises the size from which arrays get a
 * mapping of their own up to 32 MB, so 90 MB of a City database may stay, more or less by chance, in the heap of a thread
 * that has ended. It also gives each thread a heap, and does not give back free memory in the middle of one.
 */
import type { Worker } from 'node:worker_threads';
import { LINUX, loadLibc } from './libc.js';

const MAPPED_FROM = 2 ** 18;
/** One for the main thread, one for all others, which allocate little while they answer. */
const HEAPS = 2;

/** Holds from now on, for threads that start later too. Does nothing if the C library is another or can't be reached. */
export async function giveMemoryBack(): Promise<void> {
  const libc = await loadLibc();
  if ('unavailable' in libc) return;
  libc.mallopt?.(LINUX.M_MMAP_THRESHOLD, MAPPED_FROM);
  libc.mallopt?.(LINUX.M_ARENA_MAX, HEAPS);
  process.on('worker', (thread: Worker) => thread.once('exit', () => libc.mallocTrim?.(0)));
}

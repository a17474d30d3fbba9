/**
 * Lets a thread stand back behind those that answer. On Linux each thread has a nice value of its own, so compiling can be
 * the one to wait where there are fewer cores than threads: a reload under load then delays answers by no more than the
 * kernel takes to change threads. Elsewhere nothing is done, since there the value is the whole process's.
 */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** For work that nobody waits for as long as there is anything else to do. */
export const NICEST = 19;

/**
 * Makes the calling thread as nice as that, 0 to 19. Where the system does not allow it, the thread goes on as it was: it
 * is a courtesy, and all that fails is that answers may wait a little longer.
 */
export function standBack(nice: number): void {
  if (process.platform !== 'linux') return;
  try {
    // It reads as "PID/task/TID". setpriority(2): "each thread is a distinct entity", whatever POSIX says.
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, nice);
  } catch {
    // No /proc, or a filter of system calls.
  }
}

/**
 * Gives threads a lower priority than those that answer. On Linux each thread has its own nice value. So with fewer cores
 * than threads, it is the other work that waits. The kernel gives a thread that it thinks has had too little time the core
 * until its next tick, up to 4 ms; how soon another such thread may follow depends on its weight. At equal priority, a
 * compiler, a garbage collector and the main thread delay answers one after the other. At lower priority, they delay them
 * by a tick now and then.
 * V8's own threads keep their priority: they also collect garbage for the TCP thread, which waits for them. While they were
 * nicer than it, its clients waited for 300 ms under an endless load of other queries, otherwise for 25 ms.
 * On other systems nothing is done, since the nice value there is that of the whole process.
 */
import { readdirSync, readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** For work that can wait while there is anything else to do. */
export const LOWEST_PRIORITY = 19;
/** For all other work but answering: a tenth of a core while answering takes all that it can get. */
export const LOW_PRIORITY = 10;

/** The ids of this process's present threads, including V8's and libuv's. Empty if they can't be found out. */
export function ownThreads(): number[] {
  if (process.platform !== 'linux') return [];
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    // No /proc.
    return [];
  }
}

/**
 * Makes threads, by default the calling one, at least as nice as `nice`, 0 to 19. If the system does not allow it, they stay
 * as they are: then answers may wait a little longer, and nothing else is lost.
 */
export function lowerPriority(nice: number, threads: readonly number[] = callingThread()): void {
  for (const thread of threads) {
    try {
      if (getPriority(thread) < nice) setPriority(thread, nice);
    } catch {
      // The thread has ended, or a filter forbids the system call.
    }
  }
}

/**
 * Makes the calling thread no nicer than `nice` again, if the system allows it: a thread starts with the nice value of the
 * thread that started it.
 */
export function raisePriority(nice: number): void {
  for (const thread of callingThread()) {
    try {
      if (getPriority(thread) > nice) setPriority(thread, nice);
    } catch {
      // Not root, and RLIMIT_NICE is 0, as it is by default.
    }
  }
}

/** The calling thread's id, as a list. setpriority(2): "each thread is a distinct entity", contrary to POSIX. */
function callingThread(): number[] {
  if (process.platform !== 'linux') return [];
  try {
    // The link's target is "PID/task/TID".
    return [Number(readlinkSync('/proc/thread-self').split('/').at(-1))];
  } catch {
    return [];
  }
}

/**
 * Lets threads stand back behind those that answer. On Linux each thread has a nice value of its own, so all else can be what
 * waits where there are fewer cores than threads. The kernel gives a thread that it thinks has had too little the core until
 * its next tick, up to 4 ms; how soon the next such thread may follow goes by its weight. As equals, a compiler, a collector
 * of garbage and the main thread keep answers waiting one after the other; behind them, a tick now and then.
 * V8's own threads stay: they collect garbage for the thread of TCP too, which waits for them. Nicer than it, they kept its
 * clients waiting for 300 ms while others asked without end, and without, 25.
 * Elsewhere nothing is done, since there the value is the whole process's.
 */
import { readdirSync, readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** For work that nobody waits for as long as there is anything else to do. */
export const LOWEST_PRIORITY = 19;
/** For all else that does not answer: a tenth of a core where answering takes all that it can get. */
export const LOW_PRIORITY = 10;

/** Numbers of the threads that this process has now; V8's and libuv's are among them. None where they can't be told. */
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
 * Makes threads, by default the calling one, at least as nice as that, 0 to 19. Where the system does not allow it, they go
 * on as they were: it is a courtesy, and all that fails is that answers may wait a little longer.
 */
export function lowerPriority(nice: number, threads: readonly number[] = callingThread()): void {
  for (const thread of threads) {
    try {
      if (getPriority(thread) < nice) setPriority(thread, nice);
    } catch {
      // It has ended, or there is a filter of system calls.
    }
  }
}

/**
 * Makes the calling thread as nice as that again, as far as the system allows it: a thread begins as nice as the one that
 * started it.
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

/** The calling thread's number, alone. setpriority(2): "each thread is a distinct entity", whatever POSIX says. */
function callingThread(): number[] {
  if (process.platform !== 'linux') return [];
  try {
    // It reads as "PID/task/TID".
    return [Number(readlinkSync('/proc/thread-self').split('/').at(-1))];
  } catch {
    return [];
  }
}

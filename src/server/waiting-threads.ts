/**
 * Threads that will answer, started before there is anything to answer from. Loading its code takes each of them a good part
 * of a start, and the other cores are idle while a world is built.
 */
import { Worker } from 'node:worker_threads';
import { growRoom, holdRoom, LITTLE_ROOM } from '../platform/heap-room.js';
import { NO_START } from './worker-start.js';

export type ThreadKind = 'tcp' | 'tls' | 'udp-batched' | 'udp-portable';

/** Starts a thread, which waits for its start as a message. */
export function beginThread(kind: ThreadKind): Worker {
  return new Worker(new URL(`../server/${kind}-worker.js`, import.meta.url), {
    resourceLimits: LITTLE_ROOM,
  });
}

export interface WaitingThreads {
  /** A waiting thread of this kind, or a new one if there is none. */
  take(kind: ThreadKind): Worker;
  /** Ends the threads that were not taken. */
  stop(): Promise<void>;
}

/** Starts threads of these kinds. If one fails to start, `take` tries again. */
export function beginThreads(kinds: readonly ThreadKind[]): WaitingThreads {
  const waiting = new Map<Worker, ThreadKind>();
  for (const kind of kinds) {
    const thread = beginThread(kind);
    waiting.set(thread, kind);
    thread.unref();
    thread.once('error', () => waiting.delete(thread));
    // When a thread comes online, the heaps of all threads stop growing (heap-room.ts). A builder at work still needs its to
    // grow.
    thread.once('online', () => setImmediate(() => waiting.size > 0 && growRoom()));
  }
  return {
    take(kind) {
      holdRoom();
      const [thread] = [...waiting.keys()].filter((each) => waiting.get(each) === kind);
      if (thread === undefined) return beginThread(kind);
      waiting.delete(thread);
      thread.ref();
      return thread;
    },
    async stop() {
      const left = [...waiting.keys()];
      waiting.clear();
      // They end on their own: terminating a thread from here while it loads native code takes the process down with it.
      await Promise.all(
        left.map((thread): Promise<void> => {
          const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
          thread.ref();
          thread.postMessage(NO_START);
          return ended;
        }),
      );
    },
  };
}

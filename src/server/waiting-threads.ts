/**
 * Threads that will answer, begun before there is anything to answer from: each takes a good part of a start to load what it
 * needs, and while a world is built other cores have nothing to do.
 */
import { Worker } from 'node:worker_threads';
import { growRoom, holdRoom, LITTLE_ROOM } from '../platform/heap-room.js';
import { NO_START } from './worker-start.js';

export type ThreadKind = 'tcp' | 'tls' | 'udp-batched' | 'udp-portable';

/** Begins a thread, which waits for its start, as a message. */
export function beginThread(kind: ThreadKind): Worker {
  return new Worker(new URL(`../server/${kind}-worker.js`, import.meta.url), {
    resourceLimits: LITTLE_ROOM,
  });
}

export interface WaitingThreads {
  /** A thread that waits; a new one where none of that kind does. */
  take(kind: ThreadKind): Worker;
  /** Ends those that nobody took. */
  stop(): Promise<void>;
}

/** Begins threads of these kinds. One that can't be had is missed, if still so, by who takes it. */
export function beginThreads(kinds: readonly ThreadKind[]): WaitingThreads {
  const waiting = new Map<Worker, ThreadKind>();
  for (const kind of kinds) {
    const thread = beginThread(kind);
    waiting.set(thread, kind);
    thread.unref();
    thread.once('error', () => waiting.delete(thread));
    // Who builds a world meanwhile is to keep the room that a thread that begins takes from it.
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
      // They end by themselves: one that is ended from here while it loads native code takes the process with it.
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

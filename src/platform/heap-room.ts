/**
 * How much room V8 leaves for young objects. By default it grows to 16 MB a thread while modules are loaded, and is hardly
 * given back: a server at rest would hold a fifth of its memory for nothing. A thread that builds a world of a thousand
 * zones is better off with more, and only it.
 *
 * One setting is for the whole process, and V8 puts it back whenever a thread begins.
 */
import { setFlagsFromString } from 'node:v8';
import type { Worker } from 'node:worker_threads';

/** Megabytes for young objects in a thread that makes few, for `resourceLimits`: V8's least, three times 1 MB. */
export const LITTLE_ROOM = { maxYoungGenerationSizeMb: 3 };

/** Room for young objects stays as it is from now on, in all threads, whichever begin later. For the main thread. */
export function keepRoom(): void {
  holdRoom();
  process.on('worker', (thread: Worker) => thread.once('online', holdRoom));
}

/** Room for young objects stays as it is, until a thread begins. */
export function holdRoom(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** It grows as it is needed. */
export function growRoom(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}

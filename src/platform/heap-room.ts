/**
 * How much room V8 leaves for young objects. By default it grows to 16 MB per thread while modules are loaded, and V8 hardly
 * gives it back: a fifth of an idle server's memory would be wasted. Only a thread that builds a world of a thousand zones
 * gains from more.
 *
 * The setting is one for the whole process, and V8 resets it whenever a thread starts.
 */
import { setFlagsFromString } from 'node:v8';
import type { Worker } from 'node:worker_threads';

/** Megabytes for young objects in a thread that makes few, for `resourceLimits`: V8's minimum, three times 1 MB. */
export const LITTLE_ROOM = { maxYoungGenerationSizeMb: 3 };

/** Keeps the room as it is from now on, in all threads, later ones too. For the main thread. */
export function keepRoom(): void {
  holdRoom();
  process.on('worker', (thread: Worker) => thread.once('online', holdRoom));
}

/** Keeps the room as it is until a thread starts. */
export function holdRoom(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Lets the room grow as needed. */
export function growRoom(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}

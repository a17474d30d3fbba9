/**
 * An input that never ends blocks the thread that tries it, so another one watches: where nothing moves for long it says
 * which input that is, and ends the process.
 */
import { Worker } from 'node:worker_threads';

export interface Watch {
  /** An input is about to be tried. */
  begin(input: Uint8Array): void;
  end(): Promise<unknown>;
}

/** Octets of an input that are kept for the report. */
const KEPT = 1 << 16;

/** Ends the process once an input takes more than `patience` milliseconds. */
export function startWatch(patience: number): Watch {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const copy = new Uint8Array(new SharedArrayBuffer(KEPT));
  const worker = new Worker(WATCHING, { eval: true, workerData: { words, copy, patience } });
  worker.unref();
  return {
    begin(input) {
      copy.set(input.subarray(0, KEPT));
      Atomics.store(words, 1, Math.min(KEPT, input.length));
      Atomics.add(words, 0, 1);
    },
    end: () => worker.terminate(),
  };
}

const WATCHING = `
const { writeSync } = require('node:fs');
const { words, copy, patience } = require('node:worker_threads').workerData;
let seen = -1;
setInterval(() => {
  const now = Atomics.load(words, 0);
  if (now === seen) {
    const input = Buffer.from(copy.slice(0, Atomics.load(words, 1)));
    writeSync(2, 'an input never ends: ' + input.toString('base64') + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }
  seen = now;
}, patience);
`;

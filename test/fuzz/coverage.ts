/**
 * What an input did that none before it did. How often a branch was taken counts roughly (once, twice, up to 4, 8, 16…),
 * as in AFL, so that a loop that runs longer is something new but not each of its turns.
 */
import { register } from 'node:module';
import { COUNTERS, COUNTERS_NAME, type Instrumentation } from './instrument.js';

export interface Coverage {
  /** Forgets the counts of the input before. */
  reset(): void;
  /** Somebody who has seen nothing yet. */
  observe(): Observer;
}

export interface Observer {
  /** Whether the input since the last reset did something new; from now on it is not. */
  learn(): boolean;
  /** Branches that were ever taken. */
  taken(): number;
}

/** Instruments the modules below a URL that are imported from now on. */
export function startCoverage(below: string): Coverage {
  const used = new Int32Array(new SharedArrayBuffer(4));
  const counters = new Uint8Array(COUNTERS);
  Reflect.set(globalThis, COUNTERS_NAME, counters);
  register<Instrumentation>('./instrument.js', import.meta.url, { data: { below, used } });
  const branches = (): number => Math.min(COUNTERS, Atomics.load(used, 0));
  return {
    reset: () => void counters.fill(0, 0, branches()),
    observe() {
      /** For each counter, a bit for each rough count that there was. */
      const seen = new Uint8Array(COUNTERS);
      return {
        learn: () => learn(counters, branches(), seen),
        taken: () => seen.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0),
      };
    },
  };
}

function learn(counters: Uint8Array, end: number, seen: Uint8Array): boolean {
  let news = false;
  for (let i = 0; i < end; i++) {
    const count = counters[i] ?? 0;
    if (count === 0) continue;
    const bit = 1 << Math.min(7, 32 - Math.clz32(count - 1));
    const bits = seen[i] ?? 0;
    if ((bits & bit) !== 0) continue;
    seen[i] = bits | bit;
    news = true;
  }
  return news;
}

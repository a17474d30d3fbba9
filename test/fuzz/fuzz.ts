/**
 * The loop: take an input that once did something new, change it, try it, and keep it if it does something new again.
 * Chance is seeded and the number of inputs given, so a run can be repeated exactly.
 */
import { below, type Random } from '../../src/platform/random.js';
import type { Coverage } from './coverage.js';
import { mutate } from './mutate.js';
import type { Target } from './target.js';
import type { Watch } from './watch.js';

export interface Limits {
  /** Inputs to try, besides those that are there. */
  readonly inputs: number;
  /** When to stop, in milliseconds of the monotonic clock. */
  readonly until: number;
}

export interface Course {
  readonly tried: number;
  /** How often each thing came of an input. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Branches that were taken at least once. */
  readonly branches: number;
  /** The inputs that did something new, in their order. */
  readonly kept: readonly Uint8Array[];
  /** The longest time that one input took, in milliseconds. */
  readonly slowest: number;
  /** Octets of memory at most, at the times when that was looked at. */
  readonly memory: number;
  /** The input that made the target fail, where one did. */
  readonly fault?: { readonly input: Uint8Array; readonly error: unknown };
}

/** Milliseconds that an input may take: the machine may be busy with other things meanwhile. */
const PATIENCE = 3000;
/** Octets beyond what is there at the start. Garbage of several hundred thousand inputs is part of it. */
const MEMORY = 512 << 20;
/** Inputs from one look at the memory to the next. */
const LOOK_EVERY = 2048;

export async function fuzz(
  target: Target,
  corpus: readonly Uint8Array[],
  random: Random,
  coverage: Coverage,
  watch: Watch,
  limits: Limits,
): Promise<Course> {
  const kept: Uint8Array[] = [];
  const observer = coverage.observe();
  const outcomes = new Map<string, number>();
  let tried = 0;
  let slowest = 0;
  let memory = 0;
  let fault: Course['fault'];
  const before = process.memoryUsage().rss;

  const attempt = async (input: Uint8Array): Promise<void> => {
    coverage.reset();
    watch.begin(input);
    const from = performance.now();
    try {
      const taken = target.take(input);
      const outcome = typeof taken === 'string' ? taken : await taken;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (error) {
      fault = { input, error };
    }
    const took = performance.now() - from;
    tried++;
    slowest = Math.max(slowest, took);
    if (took > PATIENCE) fault ??= { input, error: new Error(`it takes ${Math.round(took)} ms`) };
    if (observer.learn()) kept.push(input);
    if (tried % LOOK_EVERY === 0) {
      const { rss } = process.memoryUsage();
      memory = Math.max(memory, rss - before);
      if (memory > MEMORY) fault ??= { input, error: new Error(`it takes ${memory >> 20} MiB of memory`) };
    }
  };

  for (const input of [...target.seeds, ...corpus]) {
    await attempt(input);
    if (fault !== undefined) break;
  }
  const end = tried + limits.inputs;
  while (fault === undefined && tried < end && performance.now() < limits.until) {
    // What was found last is likelier to lead on.
    const newest = Math.max(0, kept.length - 32);
    const from = below(random, 3) === 0 ? newest : 0;
    const input = kept[from + below(random, kept.length - from)] ?? new Uint8Array(0);
    const other = kept[below(random, kept.length)] ?? new Uint8Array(0);
    const made = below(random, 3) === 0 ? target.make?.(random) : undefined;
    await attempt(made ?? mutate(random, input, other, target));
  }
  const branches = observer.taken();
  return { tried, outcomes, branches, kept, slowest, memory, ...(fault !== undefined && { fault }) };
}

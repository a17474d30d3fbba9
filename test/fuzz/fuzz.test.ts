/**
 * The fuzzer itself, and a short run of it on each target: so many inputs of a fixed seed, so that every run does the same.
 * `npm run fuzz` is the long one.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { seededRandom } from '../../src/platform/random.js';
import type { Coverage } from './coverage.js';
import { fuzz } from './fuzz.js';
import { type Target, textOctets } from './target.js';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
/** Inputs that take a few seconds. */
const RUNS: Readonly<Record<string, number>> = {
  respond: 60_000,
  zone: 400,
  control: 3000,
  mmdb: 600,
  update: 2000,
};

for (const [target, inputs] of Object.entries(RUNS)) {
  t.test(`${target}: ${inputs} inputs`, async (t) => {
    const { code, output } = await run('--target', target, '--inputs', String(inputs));
    t.equal(code, 0, output);
    t.match(output, new RegExp(`^${target}: \\d+ inputs in`));
    t.comment(output);
  });
}

function run(...args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--max-old-space-size=256', MAIN, ...args],
      { timeout: 500_000 },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : 1, output: stdout + stderr }),
    );
  });
}

/** A door with a lock of five letters: each that is right opens a branch. */
function door(secret: string): { readonly target: Target; readonly coverage: Coverage } {
  const counters = new Set<number>();
  return {
    target: {
      seeds: [textOctets('hello')],
      dictionary: [],
      maxLength: 20,
      take(input) {
        let open = 0;
        while (open < secret.length && input[open] === secret.charCodeAt(open)) counters.add(open++);
        if (open === secret.length) throw new Error('open');
        return `${open} letters`;
      },
    },
    coverage: {
      reset: () => counters.clear(),
      observe() {
        const seen = new Set<number>();
        return {
          learn() {
            const before = seen.size;
            for (const counter of counters) seen.add(counter);
            return seen.size > before;
          },
          taken: () => seen.size,
        };
      },
    },
  };
}

const WATCH = { begin: () => undefined, end: async () => undefined };

t.test('a fault behind five conditions is found, and found again', async (t) => {
  const course = () => {
    const { target, coverage } = door('abyss');
    const limits = { inputs: 400_000, until: Number.POSITIVE_INFINITY };
    return fuzz(target, [], seededRandom(3), coverage, WATCH, limits);
  };
  const { fault, tried, kept } = await course();
  t.match(String(fault?.error), /open/);
  t.match(Buffer.from(fault?.input ?? []).toString(), /^abyss/);
  t.ok(kept.length >= 4);
  t.equal((await course()).tried, tried, 'the same inputs in the same order');
});

t.test('it ends where it is told to', async (t) => {
  const { target, coverage } = door('impossible');
  const { tried, outcomes, fault } = await fuzz(
    target,
    [textOctets('im')],
    seededRandom(3),
    coverage,
    WATCH,
    { inputs: 1000, until: Number.POSITIVE_INFINITY },
  );
  t.equal(tried, 1002, 'a seed, one that was kept, and a thousand');
  t.equal(
    [...outcomes.values()].reduce((sum, times) => sum + times, 0),
    tried,
  );
  t.equal(fault, undefined);
});

/**
 * `npm run fuzz -- [--target NAME]… [--seconds N] [--inputs N] [--seed N] [--save]`: tries inputs on each target for so
 * many seconds (default 600 over all of them), or so many inputs, and says what came of them. Exit 1 where one of them is
 * a fault; the input is printed, and goes into a test with the mend. `--save` keeps the inputs that cover the most.
 */
import { parseArgs } from 'node:util';
import { seededRandom } from '../../src/platform/random.js';
import { readCorpus, writeCorpus } from './corpus.js';
import { startCoverage } from './coverage.js';
import { type Course, fuzz } from './fuzz.js';
import { startWatch } from './watch.js';

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true },
    seconds: { type: 'string' },
    inputs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    save: { type: 'boolean', default: false },
  },
});

/** Milliseconds after which an input never ends. */
const HANGS_AFTER = 30_000;

const coverage = startCoverage(new URL('../../src', import.meta.url).href);
// Imported only now, so that the modules they load are instrumented.
const { TARGETS } = await import('./targets.js');
const names = values.target ?? Object.keys(TARGETS);
const inputs = values.inputs === undefined ? Number.POSITIVE_INFINITY : Number(values.inputs);
const seconds = Number(values.seconds ?? (values.inputs === undefined ? 600 : Number.POSITIVE_INFINITY));

const watch = startWatch(HANGS_AFTER);
let stray: unknown;
process.on('uncaughtException', (error) => {
  stray = error;
});
for (const name of names) {
  const open = TARGETS[name];
  if (open === undefined) throw new Error(`no target ${name}; there are ${Object.keys(TARGETS).join(', ')}`);
  const target = await open();
  const from = performance.now();
  const until = from + (1000 * seconds) / names.length;
  const random = seededRandom(Number(values.seed));
  const course = await fuzz(target, readCorpus(name), random, coverage, watch, { inputs, until });
  report(name, course, (performance.now() - from) / 1000);
  if (values.save) process.stdout.write(`  ${await save(name, target, course)} inputs kept\n`);
  await target.close?.();
}
await watch.end();

function report(
  name: string,
  { tried, outcomes, branches, kept, slowest, memory, fault }: Course,
  took: number,
): void {
  const each = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, times]) => `${outcome} ${times}`);
  process.stdout.write(
    [
      `${name}: ${tried} inputs in ${took.toFixed(1)} s (${Math.round(tried / took)} a second)`,
      `${kept.length} of them new, ${branches} branches taken`,
      `slowest ${slowest.toFixed(0)} ms, memory +${memory >> 20} MiB`,
      each.join(', '),
      '',
    ].join('\n  '),
  );
  const error = fault?.error ?? stray;
  if (error === undefined) return;
  const input = Buffer.from(fault?.input ?? new Uint8Array(0));
  process.stdout.write(`\n${name}: FAULT ${String(error instanceof Error ? error.stack : error)}\n`);
  process.stdout.write(`input (base64): ${input.toString('base64')}\n`);
  process.exit(1);
}

/** Keeps the shortest of the inputs that together do all that was done. */
async function save(
  name: string,
  target: Awaited<ReturnType<(typeof TARGETS)[string]>>,
  { kept }: Course,
): Promise<number> {
  const observer = coverage.observe();
  const useful: Uint8Array[] = [];
  for (const input of [...kept].sort((a, b) => a.length - b.length)) {
    coverage.reset();
    await target.take(input);
    if (observer.learn()) useful.push(input);
  }
  return writeCorpus(name, useful);
}

/**
 * `npm run soak [-- --minutes 30] [--seed 1] [--late 1000]`: the soak, and a table of what it found. Exit 1 on a breach, and
 * where it can't be run.
 */
import { parseArgs } from 'node:util';
import { openScope } from '../scope.js';
import { soak } from './soak.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    late: { type: 'string', default: '1000' },
  },
});
const [minutes, seed, late] = [values.minutes, values.seed, values.late].map(Number);
if (!(Number(minutes) > 0 && Number.isInteger(seed) && Number(late) > 0)) {
  process.stderr.write('npm run soak [-- [--minutes 10] [--seed NUMBER] [--late MILLISECONDS]]\n');
  process.exit(2);
}
process.env.PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
const scope = openScope();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => void scope.close().finally(() => process.exit(130)));
}
const say = (text: string): void => void process.stderr.write(`${text}\n`);
say(`${minutes} minutes, seed ${seed}`);
const outcome = await soak(scope, {
  minutes: Number(minutes),
  seed: Number(seed),
  late: Number(late),
  say,
}).finally(() => scope.close());
if ('unavailable' in outcome) {
  say(`soak: ${outcome.unavailable}`);
  process.exit(1);
}
const width = Math.max(...outcome.figures.map(([what]) => what.length));
for (const [what, value] of outcome.figures) process.stdout.write(`${what.padEnd(width)}  ${value}\n`);
for (const breach of outcome.breaches) process.stdout.write(`BREACH: ${breach}\n`);
process.stdout.write(outcome.breaches.length === 0 ? 'nothing lost, wrong or grown\n' : '');
process.exit(outcome.breaches.length === 0 ? 0 : 1);

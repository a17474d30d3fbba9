/**
 * What `npm run test:unit` runs: what needs neither another program nor a second of time, for whoever changes a line and
 * wants to know at once. A process takes longer to start than most of these files to run, so each of a few takes many.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Rooms and files that drive programs, sockets or processes of their own, change what a whole process has, or take long. */
const OTHERS = new RegExp(
  [
    '^(e2e|soak|server|fuzz|contrib|daemon|http|probe|systemd|readme|foresight/simulation|import/published',
    'commands/(demo|completion|import)|answer/(work-out|prefetch|amplification)',
    'compile/(policy-any|world-shares-drawn|pool-tables)|fleet/(instance\\.|joint-verdicts|faults|absence|idle)|health/prober|platform/heap-room',
    'zone/(canonical-yaml|write-yaml)|state/file-lock|.*killed\\.)',
  ].join('|'),
);

const files = readdirSync(HERE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.js') && !OTHERS.test(file))
  .sort();

const [, , part] = process.argv;
if (part === undefined) {
  t.jobs = availableParallelism();
  t.ok(files.length > 100, 'there are tests');
  for (let i = 0; i < t.jobs; i++) {
    const args = ['-u', 'NODE_OPTIONS', process.execPath, '--enable-source-maps', '--import'];
    void t.spawn('env', [...args, join(HERE, 'fixed-seed.js'), join(HERE, 'unit.js'), `${i}`], {
      name: `part ${i + 1}`,
      at: null,
    });
  }
} else {
  const parts = availableParallelism();
  t.setTimeout(0);
  for (const file of files.filter((_, i) => i % parts === Number(part))) await import(join(HERE, file));
}

/**
 * What `npm test` runs: every test file, a few at a time, each as the plain process that `node FILE` is. Left to itself
 * the test runner preloads what follows imports, for coverage and mocks that nobody uses here; every thread that a test
 * starts would preload it too, and that takes longer than most of the tests.
 */
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** At once: more than there are cores, since what drives the program mostly waits for it; few enough to keep an eye on. */
const JOBS = Math.min(8, 2 * availableParallelism());

/** Milliseconds that a file may take before it has failed. */
const LIMIT = 1_200_000;

/** Those that take long come first, so that the last ones to end are short. */
const SLOW = ['health/killed.', 'soak/', 'e2e/', 'server/', 'fuzz/'];

function rank(file: string): number {
  const slow = SLOW.findIndex((start) => file.startsWith(start));
  return slow === -1 ? SLOW.length : slow;
}

const files = readdirSync(HERE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.js'))
  .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));

t.jobs = JOBS;
t.ok(files.length > 0, 'there are tests');
for (const file of files) {
  // env takes away what the runner has its children preload.
  const command = ['-u', 'NODE_OPTIONS', process.execPath, '--enable-source-maps', '--import'];
  const args = [...command, join(HERE, 'fixed-seed.js'), join(HERE, file)];
  void t.spawn('env', args, { name: file, buffered: true, timeout: LIMIT, at: null });
}

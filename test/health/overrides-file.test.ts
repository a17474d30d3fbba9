import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Override } from '../../src/health/overrides.js';
import { OVERRIDES } from '../../src/health/overrides-file.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from './recording-log.js';

const overrides: Override[] = [
  { zone: 'z', mirror: 'm', reason: 'a "reason"\nof two lines', since: 1 },
  { zone: 'z', mirror: 'n', reason: '', since: 1, until: 2, by: 'root' },
];

function filesIn(directory: string) {
  return createStateFiles({ directory, clock: createFakeClock(), log: createRecordingLog() });
}

t.test('what is written is read', async (t) => {
  const files = filesIn(t.testdir());
  await files.keep(OVERRIDES, () => overrides).flush();
  t.same(await files.read(OVERRIDES), overrides);
});

t.test('those of version 1 are read', async (t) => {
  const directory = t.testdir();
  writeFileSync(join(directory, 'overrides.json'), JSON.stringify({ version: 1, overrides }));
  t.same(await filesIn(directory).read(OVERRIDES), overrides);
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Override } from '../../src/health/overrides.js';
import { keepOverridesIn, OVERRIDES } from '../../src/health/overrides-file.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from './recording-log.js';

const overrides: Override[] = [
  { zone: 'z', mirror: 'm', reason: 'a "reason"\nof two lines', since: 1 },
  { zone: 'z', mirror: 'n', reason: '', since: 1, until: 2, by: 'root' },
];

function scene(directory: string) {
  const clock = createFakeClock();
  const files = createStateFiles({ directory, clock, log: createRecordingLog() });
  return { files, file: keepOverridesIn(files, () => overrides) };
}

t.test('they are durable when the promise resolves', async (t) => {
  const { files, file } = scene(t.testdir());
  await file.save();
  t.same(await files.read(OVERRIDES), overrides);
  await file.close();
});

t.test('where they can’t be, that is what the operator hears', async (t) => {
  const { file } = scene('/proc/geopool-test');
  await t.rejects(file.save(), {
    code: 'STATE_UNUSABLE',
    message:
      /^\/proc\/geopool-test\/overrides\.json can't be written \(ENOENT.*\): overrides hold until this server ends, not after$/,
  });
  await t.resolves(file.close());
});

t.test('those of version 1 are read', async (t) => {
  const directory = t.testdir();
  writeFileSync(join(directory, 'overrides.json'), JSON.stringify({ version: 1, overrides }));
  t.same(await scene(directory).files.read(OVERRIDES), overrides);
});

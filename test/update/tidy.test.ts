/** The directory of databases is tidied up by whoever has its lock, which is given back whatever happens. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { takeLock } from '../../src/update/lock.js';
import { tidyDirectory, underLock } from '../../src/update/tidy.js';
import { createRecordingLog } from '../health/recording-log.js';
import { scratch } from './scenery.js';

const LEFT = '.GeoLite2-City.mmdb.123.tmp';

t.test('what was cut off is gone before the step, and that is said', async (t) => {
  const directory = await scratch(t);
  const log = createRecordingLog();
  writeFileSync(join(directory, LEFT), 'half');
  t.equal(await underLock(directory, log, async () => existsSync(join(directory, LEFT))), false);
  t.match(log.lines, [{ event: 'update-leftovers', removed: [LEFT], restored: [] }]);
  await underLock(directory, log, async () => undefined);
  t.equal(log.lines.length, 1, 'nothing to say where nothing was left');
});

t.test('the lock is held during the step, and free after it, also where that fails', async (t) => {
  const directory = await scratch(t);
  const log = createRecordingLog();
  await underLock(directory, log, () => t.rejects(takeLock(directory), { code: 'UPDATE_FAILED' }));
  await t.rejects(
    underLock(directory, log, async () => {
      throw new TypeError('the step');
    }),
    { message: 'the step' },
  );
  await (await takeLock(directory)).release();
  t.same(log.lines, []);
});

t.test('a start never fails for it', async (t) => {
  const directory = await scratch(t);
  const log = createRecordingLog();
  await tidyDirectory(join(directory, 'none'), log);
  t.same(readdirSync(directory), [], 'no directory is made for it');
  const lock = await takeLock(directory);
  writeFileSync(join(directory, LEFT), 'of whoever has the lock');
  await tidyDirectory(directory, log);
  t.ok(existsSync(join(directory, LEFT)));
  await lock.release();
  await tidyDirectory(directory, log);
  t.notOk(existsSync(join(directory, LEFT)));
  t.same(log.events(), ['update-not-tidied', 'update-not-tidied', 'update-leftovers']);
});

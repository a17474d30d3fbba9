import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { LOCK_NAME, takeLock } from '../../src/update/lock.js';
import { scratch } from './scenery.js';

t.test('taken, refused at once, free again', async (t) => {
  const directory = await scratch(t);
  const lock = await takeLock(directory);
  await t.rejects(takeLock(directory), {
    code: 'UPDATE_FAILED',
    message: `another update is running (process ${process.pid} holds ${join(directory, LOCK_NAME)})`,
  });
  await lock.release();
  t.same(await readdir(directory), []);
  await writeFile(join(directory, LOCK_NAME), '');
  await (await takeLock(directory)).release();
});

t.test('a directory that is not there is said', async (t) => {
  const directory = join(await scratch(t), 'missing');
  await t.rejects(takeLock(directory), { code: 'UPDATE_FAILED', message: /can't take the lock .*ENOENT/ });
});

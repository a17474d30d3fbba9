import { closeSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openPlain, openPlainSync, readPlain, readPlainSync } from '../../src/state/plain-file.js';
import { ODD_FILES, putInPlace } from './odd-files.js';

const ways = {
  readPlain,
  readPlainSync: async (path: string, most: number) => readPlainSync(path, most),
};

for (const [name, read] of Object.entries(ways)) {
  t.test(`${name}: a file of at most so many octets`, async (t) => {
    const path = join(t.testdir({ file: 'x'.repeat(2 ** 20) }), 'file');
    t.equal((await read(path, 2 ** 20)).length, 2 ** 20);
    writeFileSync(path, 'y', { flag: 'a' });
    await t.rejects(read(path, 2 ** 20), { message: 'it is larger than 1 MiB' });
    await t.rejects(read(join(path, 'below'), 1), { code: 'ENOTDIR' });
  });

  t.test(`${name}: whatever lies there, it says so and does not wait`, async (t) => {
    const path = join(t.testdir(), 'file');
    for (const odd of Object.keys(ODD_FILES)) {
      putInPlace(odd, path);
      await t.rejects(read(path, 2 ** 20), { message: /^this is not a file$|^it is larger|^EIO/ }, odd);
    }
  });
}

t.test('a file that is opened only says how large it is', async (t) => {
  const path = join(t.testdir({ file: 'four' }), 'file');
  const { file, size } = openPlainSync(path, 4);
  closeSync(file);
  t.equal(size, 4);
  await (await openPlain(path, 4)).close();
});

import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { whyClosed } from '../../src/commands/closed-files.js';

const refuse = (): never => {
  throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
};

t.test('who may read a file that whoever checks may not', async (t) => {
  const path = join(t.testdir({ key: 'x' }), 'key');
  await chmod(path, 0o640);
  t.match(
    whyClosed(path, refuse),
    /^this can't be checked: you may not read it, only its owner and the group \S+ may: check as root, or join that group$/,
  );
  await chmod(path, 0o600);
  t.match(whyClosed(path, refuse), /you may not read it, only its owner may: check as root$/);
  t.match(whyClosed(`${path}.none`, refuse), /nor all of the directories that it is in/);
});

t.test('a file that can be read, and one that is missing, are not closed', async (t) => {
  const dir = t.testdir({ key: 'x' });
  t.equal(whyClosed(join(dir, 'key')), undefined);
  t.equal(whyClosed(join(dir, 'none')), undefined);
});

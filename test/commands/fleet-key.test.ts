/** The verb that makes the key of a member. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runProgram } from '../e2e/program.js';

t.test('a key that may be in use is never overwritten', async (t) => {
  const cwd = t.testdir();
  const run = () => runProgram(['fleet', 'keygen', 'ns1.key'], { cwd });
  t.match(await run(), { code: 0, stderr: '' });
  const key = readFileSync(join(cwd, 'ns1.key'), 'utf8');
  t.match(await run(), {
    code: 1,
    stdout: '',
    stderr: /^geopool: ns1\.key: it is there, and a key that may be/,
  });
  t.equal(readFileSync(join(cwd, 'ns1.key'), 'utf8'), key);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { isRunning, whoAmI } from '../../src/state/process-id.js';

t.test('this process runs, and under its number only as itself', async (t) => {
  const me = await whoAmI();
  t.equal(me.pid, process.pid);
  t.ok(await isRunning(me));
  t.ok(await isRunning({ pid: me.pid }), 'where nothing more is known, the number decides');
});

t.test(
  'another start or another boot is another process',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const me = await whoAmI();
    t.notOk(await isRunning({ ...me, start: '1' }));
    t.notOk(await isRunning({ ...me, boot: 'another' }));
  },
);

t.test('one that ended does not run', async (t) => {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  t.notOk(await isRunning({ pid: child.pid ?? 0 }));
});

t.test('one of somebody else runs', async (t) => {
  t.ok(await isRunning({ pid: 1 }));
});

import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { unreadableTo } from '../../src/commands/server-user.js';

const NOBODY = 65_534;
const skip = process.geteuid?.() === 0 ? false : 'only root can become somebody else';

t.test('what a user can’t read, by what the kernel says', { skip }, async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'geopool-user-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  chmodSync(directory, 0o755);
  const file = (name: string, mode: number, group = 0): string => {
    const path = join(directory, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '');
    chownSync(path, 0, group);
    chmodSync(path, mode);
    return path;
  };
  const open = file('open', 0o644);
  const shut = file('shut', 0o600);
  const grouped = file('grouped', 0o640, NOBODY);
  const inside = file('below/inside', 0o644);
  chmodSync(join(directory, 'below'), 0o700);
  const before = [process.geteuid?.(), process.getegid?.(), process.getgroups?.()];
  const paths = [open, shut, grouped, inside, join(directory, 'below'), directory, join(directory, 'gone')];
  t.same(unreadableTo('nobody', paths), [shut, inside, join(directory, 'below')]);
  t.same([process.geteuid?.(), process.getegid?.(), process.getgroups?.()], before, 'and it is who it was');
  t.same(unreadableTo('no-such-user', paths), []);
  t.same(unreadableTo('root', paths), []);
});

t.test('on a host without a list of users nothing is found', async (t) => {
  const directory = t.testdir({ shut: '' });
  chmodSync(join(directory, 'shut'), 0);
  t.same(unreadableTo('nobody', [join(directory, 'shut')], join(directory, 'passwd')), []);
});

/** Names are looked up as this host is configured now: in a namespace of its own it has a resolv.conf of its own. */
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const INSIDE = fileURLToPath(new URL('./host-resolver-inside.js', import.meta.url));
const ALONE = ['--net', '--mount', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'])];
const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };

const permitted = spawnSync('unshare', [...ALONE, 'ip', 'link', 'set', 'lo', 'up'], { env }).status === 0;
const skip = permitted
  ? false
  : 'namespaces are not permitted here, or ip is missing: apt-get install iproute2';

t.test(
  'a changed resolv.conf is noticed, and its search domains hold for whoever wants them',
  { skip },
  async (t) => {
    const config = join(t.testdir(), 'resolv.conf');
    writeFileSync(config, '');
    const script = 'ip link set lo up && mount --bind "$0" /etc/resolv.conf && exec "$1" "$2" "$0"';
    const found = await new Promise<string>((resolve, reject) => {
      const words = [...ALONE, '/bin/sh', '-c', script, config, process.execPath, INSIDE];
      execFile('unshare', words, { env }, (error, stdout) =>
        error === null ? resolve(stdout) : reject(error),
      );
    });
    t.same(JSON.parse(found), {
      first: ['192.0.2.1'],
      later: ['192.0.2.2'],
      searched: ['192.0.2.3'],
      unsearched: 'no such name: chat',
    });
  },
);

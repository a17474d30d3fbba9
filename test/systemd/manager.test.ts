/** What reaches a service manager, by libc and by systemd's own program. */
import { spawnSync } from 'node:child_process';
import t from 'tap';
import { systemClock } from '../../src/platform/clock.js';
import { NO_MANAGER, openManager } from '../../src/systemd/manager.js';
import { listenAsManager } from './manager-socket.js';

t.test('without one nobody is told', async (t) => {
  t.same(await openManager({}, systemClock), NO_MANAGER);
  t.same(await openManager({ NOTIFY_SOCKET: 'vsock:2:1' }, systemClock), NO_MANAGER);
});

t.test('messages come in their order, a line for each assignment', async (t) => {
  const socket = await listenAsManager(t);
  if (socket === undefined) {
    t.pass('skipped', { skip: 'no libc' });
    return;
  }
  const environment = { NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: '30000000', HOME: '/' };
  const manager = await openManager(environment, systemClock);
  t.same(environment, { HOME: '/' }, 'what is started from here can not speak for the server');
  t.equal(manager.watchdog, 30_000);
  manager.tell('READY=1', 'STATUS=two\nlines');
  manager.tell('STOPPING=1');
  t.same(
    socket.heard().map(({ said }) => said),
    [['READY=1', 'STATUS=two lines'], ['STOPPING=1']],
  );
});

t.test('a manager that has no room is told later, in order', async (t) => {
  const socket = await listenAsManager(t);
  if (socket === undefined) {
    t.pass('skipped', { skip: 'no libc' });
    return;
  }
  const manager = await openManager({ NOTIFY_SOCKET: socket.path }, systemClock);
  // More than a socket holds by itself (net.unix.max_dgram_qlen), and no more than waits.
  const queue = Number(spawnSync('sysctl', ['-n', 'net.unix.max_dgram_qlen']).stdout ?? 10) || 10;
  for (let i = 0; i < queue + 30; i++) manager.tell(`STATUS=${i}`);
  await socket.hear(`STATUS=${queue + 29}`);
  t.same(
    socket.heard().map(({ said }) => said[0]),
    Array.from({ length: queue + 30 }, (_, i) => `STATUS=${i}`),
  );
});

t.test("somebody else's watchdog is not fed", async (t) => {
  const environment = { NOTIFY_SOCKET: '/nobody', WATCHDOG_USEC: '1', WATCHDOG_PID: '1' };
  t.equal((await openManager(environment, systemClock)).watchdog, undefined);
});

const noProgram = spawnSync('systemd-notify', ['--version']).error !== undefined && 'no systemd-notify here';

t.test('without libc it is told by systemd-notify', { skip: noProgram }, async (t) => {
  const socket = await listenAsManager(t);
  if (socket === undefined) {
    t.pass('skipped', { skip: 'no libc to listen with' });
    return;
  }
  const environment = { NOTIFY_SOCKET: socket.path };
  const manager = await openManager(environment, systemClock, { unavailable: 'for this test' });
  manager.tell('READY=1', 'STATUS=4 zones, 27 of 28 addresses up');
  manager.tell('STOPPING=1');
  t.match(await socket.hear('READY=1'), { said: ['READY=1', 'STATUS=4 zones, 27 of 28 addresses up'] });
  // It holds a descriptor for as long as it waits for us.
  for (const { descriptors } of socket.heard()) t.ok(descriptors.length <= 1);
});

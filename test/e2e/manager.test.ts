/** The program under a service manager: what it reports to the manager, and how its log lines reach the journal. */
import { once } from 'node:events';
import t from 'tap';
import { listenAsManager } from '../systemd/manager-socket.js';
import { runProgram, spawnProgram, until, within } from './program.js';
import { makeHome, startServer } from './server.js';

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1, 192.0.2.2] } }
`;
/** Has standard output and standard error be the journal, as far as the environment says. */
const JOURNALED = ['sh', '-c', 'exec 2>&1; JOURNAL_STREAM=$(stat -L -c %d:%i /proc/$$/fd/1) exec "$@"', 'sh'];

t.test('it says that it is ready, alive, reloading and ending', async (t) => {
  const manager = await listenAsManager(t);
  if (manager === undefined) {
    t.pass('skipped', { skip: 'no libc' });
    return;
  }
  const server = await startServer(t, {
    zones: { 'dl.yaml': ZONE },
    env: { NOTIFY_SOCKET: manager.path, WATCHDOG_USEC: '2000000' },
  });
  t.ok(
    manager.heard().some(({ said }) => said.includes('READY=1')),
    'before the log says so',
  );
  await manager.hear('WATCHDOG=1');
  await manager.hear('STATUS=1 zone, 2 of 2 addresses up');
  await server.run('reload');
  await manager.hear('RELOADING=1');
  await until(() => {
    const lines = manager.heard().flatMap(({ said }) => said);
    return lines.lastIndexOf('READY=1') > lines.indexOf('RELOADING=1') || undefined;
  }, 'READY=1 after it');
  t.match(await server.stop(), { code: 0 });
  await manager.hear('STOPPING=1');
});

t.test('a start that fails says why, to the manager and with the priority of an error', async (t) => {
  const manager = await listenAsManager(t);
  const home = await makeHome(t, { config: 'listen: nowhere\n' });
  const env = manager === undefined ? {} : { NOTIFY_SOCKET: manager.path };
  const { code, stdout } = await runProgram(['serve', '--config', 'geopool.yaml'], {
    cwd: home.dir,
    env,
    under: JOURNALED,
  });
  t.equal(code, 1);
  for (const line of stdout.trim().split('\n')) t.match(line, /^<3>geopool/);
  if (manager !== undefined) await manager.hear(/^STATUS=.*geopool\.yaml/);
});

t.test('lines of the log have their priority for the journal, and for nobody else', async (t) => {
  const home = await makeHome(t, { zones: { 'dl.yaml': ZONE, 'wrong.yaml': 'zone: wrong.example\n' } });
  const child = spawnProgram(['serve', '--listen', '127.0.0.1:0'], { cwd: home.dir, under: JOURNALED });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (text.includes('"event":"ready"')) child.kill('SIGTERM');
  });
  await within(once(child, 'close'), 'the end');
  const priorities: Record<string, string> = { info: '<6>', warn: '<4>', error: '<3>' };
  const lines = output.split('\n').filter((line) => line.includes('"event"'));
  for (const line of lines) t.equal(line.slice(0, 3), priorities[JSON.parse(line.slice(3)).level], line);
  t.ok(lines.some((line) => line.startsWith('<3>')));
  t.ok(lines.some((line) => line.startsWith('<6>')));
  const server = await startServer(t, { home });
  t.match(server.log.output(), /^\{"level"/);
});

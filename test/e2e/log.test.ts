/**
 * The log never holds up the server: with a full disk, a stopped reader, or no reader at all.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { StatusReport } from '../../src/control/status-report.js';
import { startMirror } from './mirrors.js';
import { programCommand, until, within } from './program.js';
import { type Home, makeHome } from './server.js';

/** What a server of which nobody reads a log can be known by. */
interface Unread {
  readonly home: Home;
  status(): Promise<StatusReport>;
  /** Tells it to end, and gives what it ends with. */
  end(): Promise<unknown>;
}

/** Starts a server whose standard output and standard error are `out`, and resolves once it answers. */
async function serveTo(t: Test, home: Home, out: number | 'pipe'): Promise<Unread> {
  const [command, ...args] = programCommand();
  const settings = ['--config', 'geopool.yaml', '--state', 'state', '--control', 'control.sock'];
  const child = spawn(command, [...args, 'serve', ...settings, '--listen', '127.0.0.1:0'], {
    cwd: home.dir,
    env: { PATH: process.env.PATH ?? '', HOME: home.dir },
    stdio: ['ignore', out, out],
  });
  const ended = once(child, 'exit');
  t.teardown(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const status = async (): Promise<StatusReport> => {
    const { stdout } = await home.run('status', '--control', 'control.sock', '--json');
    return JSON.parse(stdout);
  };
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    return (await home.run('status', '--control', 'control.sock')).code === 0 || undefined;
  }, 'a server');
  return {
    home,
    status,
    async end() {
      child.kill('SIGTERM');
      return (await within(ended, 'the end'))[0];
    },
  };
}

/** Has the server log more than anything holds that may stand between it and its reader. */
async function fill({ home, status }: Unread): Promise<void> {
  await until(async () => {
    const { code, stderr } = await home.run(
      ...['disable', 'filler*', '--force', '--reason', 'x'.repeat(1000), '--control', 'control.sock'],
    );
    if (code !== 0) throw new Error(stderr);
    return (await status()).log_lines_dropped > 0 || undefined;
  }, 'a line that is dropped');
}

/** A zone with a mirror that is there, and many that are only named in the log. */
async function homeWith(t: Test): Promise<{ home: Home; mirror: Awaited<ReturnType<typeof startMirror>> }> {
  const mirror = await startMirror(t, '127.0.0.31');
  const fillers = Array.from({ length: 200 }, (_, i) => `  filler${i}: { addresses: [192.0.2.${i}] }\n`);
  const zone = `zone: dl.example.org
ns: [ns1.example.net]
pools:
  "@": { mirrors: [real, other], probe: { type: http, port: ${mirror.port}, path: /, interval: 1s, fast_interval: 100ms, timeout: 1s } }
  rest: { probe: { type: none } }
mirrors:
  real: { addresses: [127.0.0.31] }
  other: { addresses: [127.0.0.32], probe: { type: none } }
${fillers.join('')}`;
  return { home: await makeHome(t, { zones: { 'z.yaml': zone } }), mirror };
}

const stateOf = ({ zones }: StatusReport): string | undefined =>
  zones[0]?.pools[0]?.mirrors.find(({ name }) => name === 'real')?.state;

/** A pipe as a shell makes it, that nobody reads until told to. */
async function pipe(t: Test, home: Home): Promise<{ reader: number; writer: number }> {
  const path = join(home.dir, 'pipe');
  spawnSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  t.teardown(() => closeSync(reader));
  return { reader, writer };
}

/** A file on a disk that is soon full; undefined where none can be mounted. */
function fullDisk(t: Test, { dir }: Home): number | undefined {
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', dir]).status !== 0) return undefined;
  const file = openSync(join(dir, 'log'), 'a');
  t.teardown(() => {
    closeSync(file);
    spawnSync('umount', [dir]);
  });
  return file;
}

for (const [kind, what] of [
  ['pipe', 'a pipe that nobody reads'],
  ['socket', 'a socket that nobody reads'],
  ['disk', 'a full disk'],
] as const) {
  t.test(`${what}: judging goes on, and the end comes`, async (t) => {
    const { home, mirror } = await homeWith(t);
    const piped = kind === 'pipe' ? await pipe(t, home) : undefined;
    // What Node calls a pipe to a child is a pair of sockets.
    const out = kind === 'disk' ? fullDisk(t, await makeHome(t)) : (piped?.writer ?? 'pipe');
    if (out === undefined) {
      t.pass('a full disk', { skip: 'none can be mounted here' });
      return;
    }
    const server = await serveTo(t, home, out);
    if (piped !== undefined) closeSync(piped.writer);
    await fill(server);
    await until(async () => stateOf(await server.status()) === 'up' || undefined, 'a good probe');
    await mirror.become('close');
    await until(async () => stateOf(await server.status()) === 'down' || undefined, 'a verdict');
    const { stdout } = await home.run('status', '--control', 'control.sock');
    t.match(stdout, /^lines of the log that could not be written: \d+$/m);
    t.equal(await server.end(), 0);
    if (piped === undefined) return;
    const text = Buffer.alloc(1 << 17);
    const lines = text.toString('utf8', 0, readSync(piped.reader, text)).split('\n');
    lines.pop();
    t.match(JSON.parse(lines.at(-1) ?? ''), { event: 'mirror-disabled' }, 'whole lines to the last');
  });
}

t.test('a device that is always full', async (t) => {
  const { home } = await homeWith(t);
  const full = openSync('/dev/full', 'w');
  t.teardown(() => closeSync(full));
  const server = await serveTo(t, home, full);
  t.ok((await server.status()).log_lines_dropped > 0);
  t.equal(await server.end(), 0);
});

t.test('a start that fails ends, whoever reads why', async (t) => {
  const { home } = await homeWith(t);
  const { writer } = await pipe(t, home);
  // Full to the last octet, and it blocks.
  spawnSync('sh', ['-c', 'dd if=/dev/zero of=pipe bs=4096 oflag=nonblock; exit 0'], { cwd: home.dir });
  const [command, ...args] = programCommand();
  for (const out of [openSync('/dev/full', 'w'), writer]) {
    const child = spawn(command, [...args, 'serve', '--config', 'none.yaml', '--state', 'state'], {
      cwd: home.dir,
      stdio: ['ignore', out, out],
    });
    closeSync(out);
    t.teardown(() => child.kill('SIGKILL'));
    t.same(await within(once(child, 'exit'), 'the end'), [1, null]);
  }
});

/**
 * A Debian 13 with systemd as its process 1, in a container without a network but loopback. Its root is made once by
 * mmdebstrap and kept below ~/.cache; each machine writes into a layer of its own above it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scope } from '../scope.js';

const INCLUDED = ['systemd-sysv', 'dbus', 'nodejs', 'ca-certificates', 'man-db', 'bash-completion', 'zsh'];

/** The signal that systemd takes for the order to power off: SIGRTMIN+4. */
const POWER_OFF = 38;

export interface Machine {
  /** Runs a line of the shell in it. */
  run(line: string): { readonly status: number | null; readonly said: string };
  /** Starts a program of this host in its network. */
  start(program: string, ...args: string[]): ChildProcess;
}

/** Why there can't be one here, if there can't. */
export function whyNoMachine(): string | false {
  if (process.getuid?.() !== 0) return 'only root may boot a container';
  const missing = ['mmdebstrap', 'systemd-nspawn'].find(
    (tool) => spawnSync(tool, ['--version']).error !== undefined,
  );
  return missing === undefined ? false : 'apt-get install mmdebstrap systemd-container';
}

/** The root that is kept: made where it is missing. */
function debianRoot(): string {
  const kept = join(homedir(), '.cache', 'geopool');
  const name = createHash('sha256').update(INCLUDED.join()).digest('hex').slice(0, 12);
  const root = join(kept, `debian-13-${name}`);
  if (existsSync(root)) return root;
  mkdirSync(kept, { recursive: true });
  const partial = mkdtempSync(`${root}.`);
  const options = [
    '--variant=apt',
    `--include=${INCLUDED.join()}`,
    '--dpkgopt=path-exclude=/usr/share/locale/*',
  ];
  const made = spawnSync('mmdebstrap', [...options, 'trixie', partial, 'http://deb.debian.org/debian'], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`mmdebstrap: ${made.stderr}`);
  renameSync(partial, root);
  return root;
}

/** The first process inside, once it is there. */
function firstProcess(nspawn: ChildProcess): number | undefined {
  const children = `/proc/${nspawn.pid}/task/${nspawn.pid}/children`;
  if (!existsSync(children)) return undefined;
  const [first] = readFileSync(children, 'utf8').trim().split(' ');
  return first === undefined || first === '' ? undefined : Number(first);
}

/** Boots one, which ends with the scope. `shared` is a directory of this host that it has as /srv. */
export async function bootDebian(scope: Scope, shared: string): Promise<Machine> {
  const lower = debianRoot();
  const layer = mkdtempSync(join(tmpdir(), 'geopool-debian-'));
  const [upper, work, root] = ['upper', 'work', 'root'].map((name) => join(layer, name));
  for (const directory of [upper, work, root]) mkdirSync(directory ?? '');
  const mounted = spawnSync(
    'mount',
    ['-t', 'overlay', 'overlay', '-o', `lowerdir=${lower},upperdir=${upper},workdir=${work}`, root ?? ''],
    { encoding: 'utf8' },
  );
  if (mounted.status !== 0) throw new Error(mounted.stderr);
  const nspawn = spawn(
    'systemd-nspawn',
    ['--quiet', '--boot', '--private-network', '--register=no', '--keep-unit', '--console=pipe'].concat(
      `--directory=${root}`,
      `--machine=geopool-${process.pid}`,
      `--bind-ro=${shared}:/srv`,
    ),
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  nspawn.stdout.on('data', (text) => {
    said += text;
  });
  nspawn.stderr.on('data', (text) => {
    said += text;
  });
  const ended = new Promise<void>((resolve) => nspawn.once('exit', () => resolve()));
  scope.teardown(async () => {
    const first = firstProcess(nspawn);
    if (first !== undefined) process.kill(first, POWER_OFF);
    await ended;
    spawnSync('umount', [root ?? '']);
    rmSync(layer, { recursive: true });
  });
  const enter = (...args: string[]): string[] => ['-t', String(firstProcess(nspawn)), ...args];
  const machine: Machine = {
    run(line) {
      const { status, stdout, stderr } = spawnSync('nsenter', enter('-a', 'sh', '-c', line), {
        encoding: 'utf8',
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' },
      });
      return { status, said: stdout + stderr };
    },
    start: (program, ...args) =>
      spawn('nsenter', enter('-n', program, ...args), { stdio: ['pipe', 'pipe', 'inherit'] }),
  };
  for (let tries = 0; tries < 600; tries++) {
    if (nspawn.exitCode !== null) break;
    if (firstProcess(nspawn) !== undefined) {
      const state = machine.run('systemctl is-system-running').said.trim();
      if (state === 'running' || state === 'degraded') return machine;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`Debian does not boot: ${said}`);
}

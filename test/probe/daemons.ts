/** Mirrors' own daemons from Debian, for tests that must not take our word for how nginx and rsync behave. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Test } from 'tap';
import { refusedPort } from './servers.js';

/** Why a program can't be used here; false where it can. */
export function lacking(program: 'nginx' | 'rsync'): string | false {
  try {
    execFileSync(program, [program === 'nginx' ? '-v' : '--version'], { stdio: 'ignore', env: ENV });
    return false;
  } catch {
    return `no ${program} here`;
  }
}

/** Debian has servers where users do not look. */
const ENV = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin` };

/** A daemon with these modules, and one that is not listed; its port on 127.0.0.1. */
export async function serveRsync(t: Test, directory: string, modules: readonly string[]): Promise<number> {
  const port = await refusedPort();
  mkdirSync(directory, { recursive: true });
  const config = join(directory, 'rsyncd.conf');
  const motd = join(directory, 'motd');
  writeFileSync(motd, 'Welcome.\nnot-a-module is only a word here\n');
  const lines = [
    'use chroot = no',
    `motd file = ${motd}`,
    ...modules.map((name) => `[${name}]\npath = ${directory}\ncomment = all of ${name}`),
    `[hidden]\npath = ${directory}\nlist = no\n`,
  ];
  writeFileSync(config, lines.join('\n'));
  const flags = [
    '--daemon',
    '--no-detach',
    `--config=${config}`,
    `--port=${port}`,
    '--address=127.0.0.1',
    '--ipv4',
  ];
  await started(t, spawn('rsync', flags, { stdio: 'ignore', env: ENV }), port);
  return port;
}

/**
 * An nginx with these files under its root, for one name; any other gets 404. What is there as FILE.gz is sent so, to
 * whoever asks for FILE. Its port on 127.0.0.1.
 */
export async function serveNginx(
  t: Test,
  directory: string,
  name: string,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<number> {
  const port = await refusedPort();
  const root = join(directory, 'root');
  mkdirSync(root, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(root, file), content);
  const config = join(directory, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((what) => `${what}_temp_path ${join(directory, what)};`)
    .join(' ');
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${join(directory, 'nginx.pid')}; error_log ${join(directory, 'error.log')};
     events {} http { access_log off; ${temporary}
       server { listen 127.0.0.1:${port} default_server; return 404; }
       server { listen 127.0.0.1:${port}; server_name ${name}; root ${root}; gzip_static always; } }\n`,
  );
  await started(t, spawn('nginx', ['-p', directory, '-c', config], { stdio: 'ignore', env: ENV }), port);
  return port;
}

/** Resolves when the port is open. */
async function started(t: Test, daemon: ChildProcess, port: number): Promise<void> {
  t.teardown(() => daemon.kill());
  const open = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
  while (!(await open())) {
    if (daemon.exitCode !== null) throw new Error(`the daemon ended with ${daemon.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Real instances of Valkey or Redis, each in a directory and on a socket of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createConnection, type NetConnectOpts } from 'node:net';
import { join } from 'node:path';
import type { Scope } from '../scope.js';
import { until } from './program.js';

export interface RunningInstance {
  /** As geopool.yaml has it. */
  readonly url: string;
  /** The path of its socket, where it is not over TLS. */
  readonly socket: string;
  /** Starts it anew, with nothing in it. */
  start(): Promise<void>;
  kill(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

/** Over TLS, as an operator has it: who asks shows a certificate too. */
export interface TlsInstance {
  readonly host: string;
  readonly port: number;
  /** Paths, PEM. */
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
  /** The path of a file that says who may do what. */
  readonly users: string;
}

const { pid } = process;
/** A loopback address that this test alone has, so that no port has to be free there. */
export const OWN_HOST = `127.${64 + ((pid >> 16) & 63)}.${(pid >> 8) & 255}.${pid & 255}`;

/** An instance below the directory `dir`, gone when the test ends. */
export async function startInstance(
  t: Scope,
  dir: string,
  name: string,
  tls?: TlsInstance,
): Promise<RunningInstance> {
  const path = join(dir, `${name}.sock`);
  const config = join(dir, `${name}.conf`);
  const lines = ['port 0', 'save ""', 'appendonly no', `dir ${dir}`];
  if (tls === undefined) lines.push(`unixsocket ${path}`);
  else
    lines.push(
      `include ${tls.users}`,
      ...[`bind ${tls.host}`, `tls-port ${tls.port}`, `tls-ca-cert-file ${tls.authority}`],
      ...[`tls-cert-file ${tls.certificate}`, `tls-key-file ${tls.key}`, 'tls-auth-clients yes'],
    );
  await writeFile(config, `${lines.join('\n')}\n`);
  const place = tls === undefined ? { path } : { host: tls.host, port: tls.port };
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  };
  const start = async (): Promise<void> => {
    child = spawn('redis-server', [config], { stdio: 'ignore' });
    await until(() => listens(place), `${name} listens`);
  };
  t.teardown(kill);
  await start();
  const url = tls === undefined ? `unix:${path}` : `rediss://${tls.host}:${tls.port}`;
  return { url, socket: path, start, kill, signal: (signal) => void child?.kill(signal) };
}

/** True where somebody listens, else undefined. */
function listens(place: NetConnectOpts): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(place);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(undefined));
  });
}

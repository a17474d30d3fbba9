/**
 * A running server for a test: in its own directory, on ports that the operating system chooses. It is gone when the test
 * ends.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StatusReport } from '../../src/control/status-report.js';
import type { Scope } from '../scope.js';
import { smallCity } from './places.js';
import { type Finished, runProgram, spawnProgram, within } from './program.js';
import { followLog, type ProgramLog } from './program-log.js';
import { tracesIn } from './traces.js';

export interface Home {
  /** A short path below the system's directory for such: the path of a socket has 107 octets at most. */
  readonly dir: string;
  /** Writes a file, the directories above it too. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Runs a verb here, to its end. */
  run(...args: string[]): Promise<Finished>;
}

export interface Server extends Home {
  readonly port: number;
  /** All addresses that it listens on, as HOST:PORT. */
  readonly listen: readonly string[];
  readonly pid: number;
  readonly log: ProgramLog;
  /** One exchange over the control socket. */
  request(method: string, route: string, body?: string): Promise<Reply>;
  status(): Promise<StatusReport>;
  /** Sends SIGTERM, or another signal, and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

export interface Reply {
  readonly status: number;
  readonly body: string;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the signal on. */
  readonly ms: number;
}

export interface HomeOptions {
  /** By file name. */
  readonly zones?: Readonly<Record<string, string>>;
  /** Another build of the program, by its main.js. */
  readonly main?: string;
  /** geopool.yaml; by default it names a small City database (places.ts), which is quicker to load than the embedded one. */
  readonly config?: string;
}

export interface ServerOptions extends HomeOptions {
  /** Where an earlier server of this test ran; its files are left as they are. */
  readonly home?: Home;
  /** Hosts; one port of its own for each. */
  readonly hosts?: readonly string[];
  /** The path of the control socket, in the home. */
  readonly control?: string;
  /** Where status is shown over HTTP; default: nowhere; false: as the config has it. */
  readonly http?: string | false;
  readonly env?: Readonly<Record<string, string>>;
  readonly netns?: string;
  /** A command, with arguments, that runs the program. */
  readonly under?: readonly string[];
  /** Open files that it has from descriptor 3 on. */
  readonly descriptors?: readonly number[];
  /** Ports of the hosts, in place of ones of their own. */
  readonly ports?: readonly number[];
}

/** A directory with zones in `zones`, `geopool.yaml` and the small database. */
export async function makeHome(t: Scope, { zones = {}, config, main }: HomeOptions = {}): Promise<Home> {
  const dir = await mkdtemp(join(tmpdir(), 'geopool-e2e-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  const home: Home = {
    dir,
    async write(path, content) {
      const file = join(dir, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    },
    run: (...args) => runProgram(args, { cwd: dir, ...(main !== undefined && { main }) }),
  };
  await home.write('city.mmdb', smallCity());
  await home.write('geopool.yaml', config ?? 'geo: { city: city.mmdb }\n');
  await mkdir(join(dir, 'zones'), { recursive: true });
  for (const [file, text] of Object.entries(zones)) await home.write(join('zones', file), text);
  return home;
}

/** Starts `serve` and resolves once it is ready. Rejects with all it said where it is not. */
export async function startServer(t: Scope, options: ServerOptions = {}): Promise<Server> {
  const home = options.home ?? (await makeHome(t, options));
  const listen = (options.hosts ?? ['127.0.0.1']).flatMap((host, i) => [
    '--listen',
    `${host}:${options.ports?.[i] ?? 0}`,
  ]);
  const { env, netns, under, main, descriptors, control = 'control.sock', http = 'off' } = options;
  const paths = [
    '--config',
    'geopool.yaml',
    '--state',
    'state',
    '--control',
    control,
    ...(http === false ? [] : ['--http', http]),
  ];
  const args = ['serve', ...paths, ...listen];
  const child = spawnProgram(args, {
    cwd: home.dir,
    ...(env !== undefined && { env }),
    ...(netns !== undefined && { netns }),
    ...(under !== undefined && { under }),
    ...(main !== undefined && { main }),
    ...(descriptors !== undefined && { descriptors }),
  });
  const ended = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const log = followLog(child);
  t.teardown(async () => {
    child.kill('SIGKILL');
    await ended;
    // Whatever the test is about, nothing of a client may be in a log.
    const traces = tracesIn(log.output(), [options.config ?? '', ...Object.values(options.zones ?? {})]);
    if (traces.length > 0) throw new Error(`the log has what a client sent: ${traces.join(', ')}`);
  });
  const ready = await log.waitFor('ready');
  const addresses = Array.isArray(ready.listen) ? ready.listen.map(String) : [];
  const request = (method: string, route: string, body?: string): Promise<Reply> =>
    within(exchange(join(home.dir, control), method, route, body), `${method} ${route}`);
  return {
    ...home,
    port: Number(addresses[0]?.split(':').at(-1)),
    listen: addresses,
    pid: child.pid ?? 0,
    log,
    run: (...args) => home.run(...args, '--control', control),
    request,
    async status() {
      const { body } = await request('GET', '/status');
      return JSON.parse(body);
    },
    async stop(signal = 'SIGTERM') {
      const from = performance.now();
      child.kill(signal);
      return { ...(await within(ended, `the end after ${signal}`)), ms: performance.now() - from };
    },
  };
}

function exchange(
  socketPath: string,
  method: string,
  path: string,
  body: string | undefined,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath, method, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/**
 * The verb `demo`: the real daemon, a handful of real mirrors on loopback, quick probes, and a prompt at which the user can
 * take a mirror down and watch it leave the answers. The demo leaves nothing behind.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ask } from '../control/client.js';
import type { StatusReport } from '../control/status-report.js';
import { startDaemon } from '../daemon/daemon.js';
import { DEFAULT_HTTP } from '../daemon/settings.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import { type Endpoint, formatEndpoint } from '../server/endpoint.js';
import { DEFAULT_TCP_LIMITS } from '../server/tcp-admission.js';
import { DEFAULT_ANSWERING } from '../zone/answering-config.js';
import { readListenAddress } from '../zone/listen-address.js';
import { isTextFault } from '../zone/text-fault.js';
import { openClient } from './demo-client.js';
import { openMirrors } from './demo-mirrors.js';
import { type DemoParts, HELP, runDemoCommand } from './demo-prompt.js';
import { eventLog, openScreen, type Screen } from './demo-screen.js';
import { COUNTRIES, demoZone, POOL, SITES } from './demo-world.js';
import { formatTable } from './table.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the demo until `quit`, a signal or the end of its input. */
export async function demo({ port }: { readonly port: string }): Promise<number> {
  const listen = readListenAddress(`127.0.0.1:${port}`);
  if (isTextFault(listen)) throw new GeopoolError('USAGE', `--port ${port}: expected a number, 0 to 65535`);
  const ending = new AbortController();
  const end = (): void => ending.abort();
  for (const signal of SIGNALS) process.once(signal, end);
  const screen = openScreen(end);
  const closers: (() => unknown)[] = [];
  try {
    const parts = await start(listen, screen, closers);
    if (!ending.signal.aborted) await converse(parts, screen, ending);
    return 0;
  } finally {
    for (const close of closers.reverse()) await close();
    for (const signal of SIGNALS) process.off(signal, end);
  }
}

/** Starts everything, and adds to `closers` what must be closed, in the order in which it was opened. */
async function start(listen: Endpoint, screen: Screen, closers: (() => unknown)[]): Promise<DemoParts> {
  const directory = mkdtempSync(join(tmpdir(), 'geopool-demo-'));
  closers.push(() => rmSync(directory, { recursive: true, force: true }));
  const mirrors = await openMirrors(SITES);
  closers.push(() => mirrors.close());
  const zones = join(directory, 'zones');
  const control = join(directory, 'control.sock');
  mkdirSync(zones);
  writeFileSync(join(zones, `${POOL}.yaml`), demoZone(mirrors.port));
  // With port 0, any port for DNS, HTTP gets any port too.
  const http = listen.port === 0 ? { ...DEFAULT_HTTP, port: 0 } : DEFAULT_HTTP;
  const settings = {
    listen: [listen],
    zones,
    state: join(directory, 'state'),
    control,
    workers: 1,
    tcp: DEFAULT_TCP_LIMITS,
    answering: DEFAULT_ANSWERING,
    resolve: { interval: 60_000 },
    notify: { every: 60_000 },
    http: { listen: [http], hosts: [] },
    geo: {},
  };
  const daemon = await startDaemon(settings, eventLog(screen.say)).catch((error: unknown) => {
    const refused = error instanceof GeopoolError && error.code === 'LISTEN_FAILED';
    if (!refused) throw error;
    throw new GeopoolError('LISTEN_FAILED', `port ${listen.port} can't be used: name another with --port`, {
      // The text after the semicolon is advice for `serve`.
      details: [describeError(error).split(';', 1)[0] ?? ''],
      cause: error,
    });
  });
  closers.push(() => daemon.stop());
  // Port 0 stands for any free port, and only the server knows which one it got.
  const status = await ask<StatusReport>(control, 'GET', '/status');
  const [text = ''] = status.listen;
  const found = readListenAddress(text);
  const server = isTextFault(found) ? listen : found;
  const client = await openClient(server, POOL);
  closers.push(() => client.close());
  screen.say(welcome(server, mirrors.port, control, status.http.listen));
  return { mirrors, client, control, say: screen.say };
}

/** Runs the lines that are typed until `quit`, the end of input, or an abort of `ending`. */
async function converse(parts: DemoParts, screen: Screen, ending: AbortController): Promise<void> {
  for await (const line of screen.lines(ending)) {
    try {
      if (!(await runDemoCommand(line, parts))) return;
    } catch (error) {
      screen.say(describeError(error));
    }
  }
}

/** What the user can try. `pages` are the places where this server has pages: another program may have the usual port. */
function welcome(
  server: Endpoint,
  mirrorPort: number,
  control: string,
  pages: StatusReport['http']['listen'],
): string {
  const program = `node ${relative(process.cwd(), process.argv[1] ?? 'dist/main.js')}`;
  const [first] = SITES;
  const [client] = COUNTRIES;
  const sites = SITES.map(({ name, address, city, country }) => [
    name,
    `${address}:${mirrorPort}`,
    `${city}, ${country}`,
  ]);
  const questions = COUNTRIES.map(({ name, network }) => [
    name,
    `dig @${server.host} -p ${server.port} ${POOL} A +short +subnet=${network}/24`,
  ]);
  const others = [
    ['Why?', `${program} explain ${POOL} --from ${client?.network} --control ${control}`],
    ['Status', `${program} status --control ${control}`],
    ...pages.map((page) => ['In a browser', `http://${page}/`]),
    ['A mirror', `curl http://${first?.address}:${mirrorPort}/`],
  ];
  return `
geopool answers for ${POOL} on ${formatEndpoint(server)}. Its mirrors are real HTTP servers on loopback:

${indent(formatTable(['mirror', 'address', 'as if in'], sites))}

In another terminal, ask as a resolver would for clients in these countries, and ask why:

${indent(formatTable(['', ''], [...questions, ...others]).slice(1))}

Here, take a mirror down and watch: it is probed every 2 s, and two failures in a row take it out of the answers.

${HELP}
`;
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}

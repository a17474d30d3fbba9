/**
 * geopool itself, as an operator starts it: a config file, a directory of zones, one UDP worker.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ask } from '../../../src/control/client.js';
import type { Running } from '../processes.js';
import { SIX_MIRRORS, ZONE_NAME } from '../six-mirrors.js';
import { SERVER_CORE, type Stage } from '../stage.js';
import { type Server, whenAnswering } from './server.js';
import type { TlsFiles } from './unbound.js';

/** The files of one geopool, which may be started again and again on them. */
export interface GeopoolHome {
  readonly directory: string;
  readonly config: string;
  readonly zones: string;
  readonly port: number;
  /** 0: it does not listen for TLS. */
  readonly tlsPort: number;
  /** The City database that its config names. */
  readonly database: string;
}

export interface Geopool extends Server {
  readonly home: GeopoolHome;
  /** Asks over the control socket. */
  tell(route: string, body: unknown): Promise<unknown>;
  ask(route: string): Promise<unknown>;
  /** The longest that the main thread's event loop was kept from running during some work, in milliseconds. */
  loopDelayDuring(work: () => Promise<unknown>): Promise<number>;
}

export interface StartTerms {
  /** A name that it answers for; default: that of the six mirrors. */
  readonly pool?: string;
  /** Milliseconds that it has to answer. */
  readonly limit?: number;
  readonly pinned?: boolean;
}

/** A file is looked into so often, with so many milliseconds between. */
const READ_TRIES = 3000;
const READ_PAUSE = 10;

export interface GeopoolTerms {
  /** Zone files by name; default: the six mirrors. */
  readonly zones?: Readonly<Record<string, string>>;
  readonly database?: string;
  /** Where it is to answer over TLS, and with what. */
  readonly tls?: TlsFiles & { readonly port: number };
}

export function makeGeopoolHome(
  stage: Stage,
  { zones = SIX_ZONES, database, tls }: GeopoolTerms = {},
): GeopoolHome {
  const directory = mkdtempSync(join(stage.directory, 'geopool-'));
  const home: GeopoolHome = {
    directory,
    config: join(directory, 'geopool.yaml'),
    zones: join(directory, 'zones'),
    port: stage.nextPort(),
    tlsPort: tls?.port ?? 0,
    database: database ?? stage.database,
  };
  mkdirSync(home.zones);
  for (const [file, text] of Object.entries(zones)) writeFileSync(join(home.zones, file), text);
  const secured = tls === undefined ? '' : `, tls://127.0.0.1:${tls.port}`;
  // All of its clients are of one network.
  const terms =
    tls && `tls: { certificate: ${tls.certificate}, key: ${tls.key}, handshakes_per_network: 100000 }\n`;
  writeFileSync(
    home.config,
    `listen: [127.0.0.1:${home.port}${secured}]
zones: ${home.zones}
state: ${stateOf(home)}
workers: 1
geo: { city: ${home.database} }
${terms ?? ''}`,
  );
  return home;
}

export function stateOf({ directory }: GeopoolHome): string {
  return join(directory, 'state');
}

/** Starts it on all cores; resolves once it answers for `pool`, and may from then on use one core only, by default. */
export async function startGeopool(
  stage: Stage,
  home: GeopoolHome,
  { pinned = true, ...wait }: StartTerms = {},
): Promise<Geopool> {
  const delayFile = join(home.directory, 'loop-delay');
  const running = launchGeopool(stage, home, delayFile);
  const server = await whenAnswering('geopool', home.port, running, wait);
  // It answers queries before it can be told anything.
  await contentOf(join(home.directory, 'log'), (text) => text.includes('"event":"ready"'));
  if (pinned) await stage.processes.pin(server.pid, SERVER_CORE);
  const socket = join(stateOf(home), 'control.sock');
  return {
    ...server,
    home,
    tell: (route, body) => ask(socket, 'POST', route, body),
    ask: (route) => ask(socket, 'GET', route),
    async loopDelayDuring(work) {
      rmSync(delayFile, { force: true });
      process.kill(server.pid, 'SIGUSR2');
      await work();
      process.kill(server.pid, 'SIGUSR2');
      return Number(await contentOf(delayFile, (text) => text !== ''));
    },
  };
}

/** Starts it and does not wait. */
export function launchGeopool(stage: Stage, home: GeopoolHome, delayFile?: string): Running {
  const watch = fileURLToPath(new URL('../loop-delay.js', import.meta.url));
  return stage.processes.start({
    command: process.execPath,
    args: [
      ...(delayFile === undefined ? [] : ['--import', watch]),
      join(process.cwd(), 'dist/main.js'),
      'serve',
      ...['--config', home.config],
    ],
    log: join(home.directory, 'log'),
    ...(delayFile !== undefined && { environment: { BENCH_LOOP_DELAY: delayFile } }),
  });
}

/** What is in a file, once it is what is waited for. */
async function contentOf(path: string, complete: (text: string) => boolean): Promise<string> {
  for (let tries = 0; tries < READ_TRIES; tries++) {
    try {
      const text = readFileSync(path, 'utf8');
      if (complete(text)) return text;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
    await pause(READ_PAUSE);
  }
  throw new Error(`${path}: what should be in it does not come`);
}

/** Mirrors as a zone file has them. */
export function zoneText(zone: string, owner: string, mirrors: readonly string[], pool = ''): string {
  return `zone: ${zone}
ns: [ns1.${zone}]
pools: { ${owner}: { probe: { type: none }${pool} } }
mirrors:
${mirrors.map((mirror) => `  ${mirror}\n`).join('')}records: { ns1: { A: 192.0.2.53 } }
`;
}

/** `more` is what else the file has. */
export function sixMirrorsZone(weight = 1, more = ''): string {
  const mirrors = SIX_MIRRORS.map(
    ({ country, latitude, longitude, addresses: [address] }) =>
      `${country}: { addresses: [${address}], weight: ${weight}, location: { country: ${country.toUpperCase()}, latitude: ${latitude}, longitude: ${longitude} } }`,
  );
  return `${zoneText(ZONE_NAME, 'dl', mirrors)}${more}`;
}

const SIX_ZONES = { [`${ZONE_NAME}.yaml`]: sixMirrorsZone() };

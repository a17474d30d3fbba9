/**
 * What the soak is played on: a network namespace with the real server, its mirrors and its resolver, and a cable to a subnet
 * where nobody else is. Acts change it and say what may be answered from then on.
 */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { MirrorReport } from '../../src/control/mirror-report.js';
import type { StatusReport } from '../../src/control/status-report.js';
import { type LiveMirror, startMirror } from '../e2e/mirrors.js';
import { until } from '../e2e/program.js';
import { makeHome, type Reply, type Server, startServer } from '../e2e/server.js';
import { type Hosts, serveNames } from '../probe/dns-server.js';
import type { Scope } from '../scope.js';
import { readDatabases, type SoakDatabase } from './databases.js';
import { type Expectation, newExpectation } from './expectation.js';
import { geographyPools, HOST, SOMETIMES, STEADY, spotOf, textOf, ZONE, zoneFile } from './zone.js';

/** The server's address, in a subnet of which it is all there is. */
export const SERVER = '10.77.0.1';
/** Where the mirror that is known by name is after so many moves: whoever comes back is taken to rotate. */
export const homeOf = (moves: number): string => `127.0.2.${1 + (moves % 250)}`;
/** A third fall within an hour is held against a mirror. */
export const FALLS = 2;
const TURNING = 2;

/** A mirror that may be told to fail. */
export interface Turner {
  readonly name: string;
  readonly live: LiveMirror;
  falls: number;
}

export interface Stage {
  readonly server: Server;
  readonly hosts: Hosts;
  readonly expectation: Expectation;
  readonly databases: readonly [SoakDatabase, SoakDatabase];
  readonly turners: readonly Turner[];
  /** How often what was done, by words for it. */
  readonly done: Map<string, number>;
  /** The most milliseconds that `status` took. */
  slowestStatus(): number;
  status(): Promise<StatusReport>;
  /** How it stands with a mirror of the pool that has them all. */
  mirror(name: string): Promise<MirrorReport | undefined>;
  /** Sends a request that has to be granted. */
  post(route: string, body?: unknown): Promise<Reply>;
  count(words: string): void;
  /** Puts a file there, whole. */
  replace(path: string, bytes: string | Uint8Array): Promise<void>;
  /** Writes the zone file with something changed, and reloads. */
  changeZone(): Promise<void>;
  /** The zone file as it is. */
  zone(): string;
  /** Waits until a mirror that is well is answered, or held against its will. */
  settle(turner: Turner): Promise<void>;
  database(): SoakDatabase;
  /** Puts the other database there, or the same anew, and reloads. */
  changeDatabase(next: SoakDatabase): Promise<void>;
}

/** Sets it up in a namespace that this thread is in. */
export async function openStage(scope: Scope, namespace: string): Promise<Stage> {
  const expectation = newExpectation();
  const hosts: Hosts = new Map([[HOST, [homeOf(0)]]]);
  const resolver = await serveNames(scope, hosts, 1);
  const databases = readDatabases();
  let [database] = databases;
  let born = 0;
  const newTurner = async (): Promise<Turner> => {
    const number = born++;
    const live = await startMirror(scope, `127.0.1.${1 + (number % 250)}`);
    return { name: `turning${number}`, live, falls: 0 };
  };
  let turners: readonly Turner[] = await Promise.all(Array.from({ length: TURNING }, newTurner));
  let round = 0;
  const sometimes = (): boolean => round % 2 === 1;
  const zone = (): string =>
    zoneFile({
      round,
      sometimes: sometimes(),
      turning: turners.map(({ name, live: { address, port } }) => ({ name, address, port })),
    });
  const config = `workers: 2
geo: { city: city.mmdb }
resolve: { servers: "${resolver}", interval: 1s }
rate_limit: { exempt: [10.77.0.0/24] }
`;
  const home = await makeHome(scope, { zones: { 'z.yaml': zone() }, config });
  await home.write('city.mmdb', database.bytes);
  const server = await startServer(scope, { home, hosts: [SERVER], netns: namespace });
  const done = new Map<string, number>();
  let slowest = 0;

  const stage: Stage = {
    server,
    hosts,
    expectation,
    databases,
    get turners() {
      return turners;
    },
    done,
    slowestStatus: () => slowest,
    async status() {
      const from = performance.now();
      const status = await server.status();
      slowest = Math.max(slowest, performance.now() - from);
      return status;
    },
    async mirror(name) {
      const { zones } = await stage.status();
      const pool = zones[0]?.pools.find((one) => one.name === ZONE);
      return pool?.mirrors.find((one) => one.name === name);
    },
    async post(route, body) {
      const reply = await server.request(
        'POST',
        route,
        body === undefined ? undefined : JSON.stringify(body),
      );
      if (reply.status !== 200) throw new Error(`POST ${route} gives ${reply.status}: ${reply.body}`);
      return reply;
    },
    count: (words) => void done.set(words, (done.get(words) ?? 0) + 1),
    async replace(path, bytes) {
      await server.write(`${path}.new`, bytes);
      await rename(join(server.dir, `${path}.new`), join(server.dir, path));
    },
    zone,
    async changeZone() {
      const worn = turners.filter(({ falls }) => falls === FALLS);
      turners = [
        ...turners.filter(({ falls }) => falls < FALLS),
        ...(await Promise.all(worn.map(newTurner))),
      ];
      round++;
      const [coming, going] = sometimes() ? [[SOMETIMES], []] : [[], [SOMETIMES]];
      const gone = [...going, ...worn.map(({ live }) => live.address)];
      expectation.say(undefined);
      expectation.stand('either', ...coming, ...gone, ...turners.map(({ live }) => live.address));
      await stage.replace('zones/z.yaml', zone());
      await reload();
      expectation.say(textOf(round));
      expectation.stand('out', ...gone);
      expectation.stand('in', ...coming);
      for (const { live } of worn) await live.become('close');
      for (const turner of turners) await stage.settle(turner);
    },
    async settle(turner) {
      const { name, live } = turner;
      const { state } = await until(async () => {
        const mirror = await stage.mirror(name);
        return mirror?.state === 'up' || mirror?.held_until !== undefined ? mirror : undefined;
      }, `${name} being up`);
      // On a busy machine one may be late for its probes so often that it is held down.
      if (state === 'up') expectation.stand('in', live.address);
      else turner.falls = FALLS;
    },
    database: () => database,
    async changeDatabase(next) {
      for (const client of next.nearest.keys()) expectation.nearest(client, undefined);
      await stage.replace('city.mmdb', next.bytes);
      await reload();
      database = next;
      const { geo } = await stage.status();
      if (geo[0]?.build_epoch !== next.epoch)
        throw new Error(`another database is served: ${JSON.stringify(geo)}`);
      for (const [client, mirror] of next.nearest) expectation.nearest(client, STEADY[mirror]);
    },
  };

  async function reload(): Promise<void> {
    const { body } = await stage.post('/reload');
    const { faults, failed } = JSON.parse(body);
    if (faults.length > 0 || failed === true) throw new Error(`a reload failed: ${body}`);
    stage.count('reloads');
  }

  expectation.stand('either', SOMETIMES, ...geographyPools().map(spotOf));
  expectation.stand('in', ...Object.values(STEADY), homeOf(0));
  expectation.say(textOf(round));
  for (const turner of turners) await stage.settle(turner);
  for (const [client, mirror] of database.nearest) expectation.nearest(client, STEADY[mirror]);
  return stage;
}

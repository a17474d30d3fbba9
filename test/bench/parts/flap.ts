/**
 * Twenty thousand checks whose mirrors fall and rise: what that costs the main thread, and whether an operator is heard
 * meanwhile. Mirrors are listening sockets on loopback, half of which close and open again.
 */
import { createServer, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { atMost, goalCells, table } from '../markdown.js';
import type { Section } from '../part.js';
import { threadSeconds } from '../process-figures.js';
import { type Geopool, makeGeopoolHome, startGeopool } from '../servers/geopool.js';
import type { Stage } from '../stage.js';
import { spreadOf } from '../statistics.js';

const POOLS = 200;
const MIRRORS = 100;
const ZONE = 'flap.example';
/** Seconds of each phase: more than it takes for all verdicts to turn. */
const LASTING = 20;
const BUSY_GOAL = atMost(50);
const HEARD_GOAL = atMost(100);

export async function measureFlap(stage: Stage): Promise<Section> {
  stage.say('flap');
  const port = stage.nextPort();
  const all = Array.from({ length: MIRRORS }, (_, i) => `127.0.9.${i + 1}`);
  const steady = await listenOn(all.slice(MIRRORS / 2), port);
  let unsteady = await listenOn(all.slice(0, MIRRORS / 2), port);
  const geopool = await startGeopool(
    stage,
    makeGeopoolHome(stage, { zones: { 'flap.yaml': zoneOf(all, port) } }),
    {
      pool: `p0.${ZONE}`,
      pinned: false,
    },
  );
  try {
    await pause(LASTING * 1000);
    const rows = [await phase(geopool, 'nothing turns')];
    await shut(unsteady);
    rows.push(await phase(geopool, 'half of them fall'));
    unsteady = await listenOn(all.slice(0, MIRRORS / 2), port);
    rows.push(await phase(geopool, 'and rise'));
    return {
      title: 'Twenty thousand checks',
      blocks: [
        `${POOLS} pools with the same ${MIRRORS} mirrors, each asked by TCP every 10 s, every 2 s in doubt; ${LASTING} seconds each. How much of the time the main thread works, in percent, and how many milliseconds an operator waits for an answer over the control socket:`,
        table(['', 'busy', 'goal', '', 'median wait', 'longest', 'goal', ''], rows),
      ],
    };
  } finally {
    await geopool.stop();
    await shut([...steady, ...unsteady]);
  }
}

async function phase(geopool: Geopool, words: string): Promise<string[]> {
  const begun = performance.now();
  const before = threadSeconds(geopool.pid, geopool.pid);
  const waits: number[] = [];
  while (performance.now() - begun < LASTING * 1000) {
    const asked = performance.now();
    await geopool.ask('/geo');
    waits.push(performance.now() - asked);
    await pause(50);
  }
  const busy = (threadSeconds(geopool.pid, geopool.pid) - before) / ((performance.now() - begun) / 1e5);
  const { median, max } = spreadOf(waits);
  return [
    words,
    busy.toFixed(0),
    ...goalCells(BUSY_GOAL, busy, 0),
    median.toFixed(1),
    max.toFixed(0),
    ...goalCells(HEARD_GOAL, max, 0),
  ];
}

function zoneOf(addresses: readonly string[], port: number): string {
  const pools = Array.from(
    { length: POOLS },
    (_, i) =>
      `  p${i}: { probe: { type: tcp, port: ${port}, interval: 10s, fast_interval: 2s, timeout: 1s } }\n`,
  );
  const mirrors = addresses.map((address, i) => `  m${i}: { addresses: [${address}] }\n`);
  return `zone: ${ZONE}\nns: [ns1.example.net]\npools:\n${pools.join('')}mirrors:\n${mirrors.join('')}`;
}

function listenOn(addresses: readonly string[], port: number): Promise<Server[]> {
  return Promise.all(
    addresses.map(
      (address) =>
        new Promise<Server>((resolve, reject) => {
          const server = createServer((connection) => connection.destroy());
          server.once('error', reject);
          server.listen(port, address, () => resolve(server));
        }),
    ),
  );
}

async function shut(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
}

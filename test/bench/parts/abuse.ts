/**
 * How long a good client waits over TCP while three hundred abusive ones of ten kinds (test/e2e/abusers-worker.ts) do what
 * they can: for each query a connection of its own, and the answer.
 */
import { Worker } from 'node:worker_threads';
import type { AbusersStart } from '../../e2e/abusers-worker.js';
import { askOften } from '../../e2e/ask-often.js';
import { askOverTcp } from '../../e2e/dns-client.js';
import { atMost, goalCells, table } from '../markdown.js';
import type { Section } from '../part.js';
import { makeGeopoolHome, startGeopool, zoneText } from '../servers/geopool.js';
import type { Stage } from '../stage.js';

const ZONE = 'abused.example';
const NAME = `dl.${ZONE}`;
const LONG = Array.from({ length: 200 }, (_, i) => `"${'x'.repeat(200)}${i}"`).join(', ');
const QUERIES = 300;
const OF_EACH_KIND = 30;
/** Milliseconds that a good client may wait. */
const GOAL = 100;
const HEAD = ['', 'median', '99 of 100', 'longest', 'goal', ''];

export async function measureAbuse(stage: Stage): Promise<Section> {
  stage.say('abuse');
  const zone = zoneText(ZONE, 'dl', ['one: { addresses: [192.0.2.1] }']);
  const text = zone.replace('records: {', `records: { long: { TXT: [${LONG}] },`);
  const server = await startGeopool(stage, makeGeopoolHome(stage, { zones: { [`${ZONE}.yaml`]: text } }), {
    pool: NAME,
  });
  try {
    const quiet = await waits(server.port);
    const start: AbusersStart = {
      port: server.port,
      name: NAME,
      longName: `long.${ZONE}`,
      ofEachKind: OF_EACH_KIND,
    };
    const abusers = new Worker(new URL('../../e2e/abusers-worker.js', import.meta.url), {
      workerData: start,
    });
    try {
      // Until all of them have begun.
      await askOften(server.port, { name: NAME }, 20_000);
      const abused = await waits(server.port);
      await askOften(server.port, { name: NAME }, 20_000);
      return {
        title: 'Abuse: how long a good client waits over TCP',
        blocks: [
          `${QUERIES} queries one after the other, each on a connection of its own, in milliseconds; beside it 40,000 queries over UDP, none of which was lost:`,
          table(HEAD, [
            ['nobody else', ...figures(quiet), '', ''],
            [
              `${10 * OF_EACH_KIND} abusive clients`,
              ...figures(abused),
              ...goalCells(atMost(GOAL), Math.max(...abused), 0),
            ],
          ]),
        ],
      };
    } finally {
      await abusers.terminate();
    }
  } finally {
    await server.stop();
  }
}

async function waits(port: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < QUERIES; i++) {
    const from = performance.now();
    await askOverTcp({ port }, { name: NAME });
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b);
}

function figures(sorted: readonly number[]): string[] {
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return [at(0.5), at(0.99), at(1)];
}

/**
 * What changes cost those who ask meanwhile. A steady load, half of what one core can answer, goes on while a zone is
 * reloaded, the database is swapped and mirrors are disabled and enabled in a burst; beside it gdnsd, which reloads its
 * zones and replaces itself. Server, compiler and all are on one core, so that nobody can hide behind another. It is done in
 * several rounds, since a machine may keep anybody waiting for some milliseconds now and then.
 */
import { copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { flood, type Pace, pace } from '../loads.js';
import { atMost, goalCells, grouped, table } from '../markdown.js';
import type { Section } from '../part.js';
import { type Gdnsd, gdnsdZone, startGdnsd } from '../servers/gdnsd.js';
import { type Geopool, makeGeopoolHome, sixMirrorsZone, startGeopool } from '../servers/geopool.js';
import { absenceOf, PEERS } from '../servers/lineup.js';
import type { Server } from '../servers/server.js';
import { POOL_NAME, SIX_MIRRORS, ZONE_NAME } from '../six-mirrors.js';
import { CLIENT_CORE, type Stage } from '../stage.js';
import { type Spread, spreadOf } from '../statistics.js';

/** Milliseconds of load before a change, and seconds of it in all. */
const BEFORE = 1000;
const LASTING = 4;
/** Seconds until a server that just started is as quick as it gets. */
const WARMING = 3;
/** Changes in a burst of overrides. */
const BURST = 100;
const LATE_GOAL = atMost(5);
const LOOP_GOAL = atMost(20);

interface Change {
  readonly words: string;
  /** What would disturb the load. */
  readonly prepare?: () => void;
  readonly make: (round: number) => Promise<unknown>;
}

interface Outcome extends Pace {
  /** Milliseconds until the change was acknowledged. */
  readonly took: number;
}

const NOTHING: Change = { words: 'nothing happens', make: async () => undefined };

export async function measureSwap(stage: Stage): Promise<Section> {
  stage.say('swaps in geopool');
  const rows: string[][] = [];
  const database = join(stage.directory, 'swapped.mmdb');
  copyFileSync(stage.database, database);
  const geopool = await startGeopool(stage, makeGeopoolHome(stage, { database }));
  let rate: number;
  try {
    const asked = { port: geopool.port, name: POOL_NAME, subnet: 'random' };
    await flood(stage, asked, { pid: geopool.pid, seconds: WARMING });
    const { perSecond } = await flood(stage, asked, { pid: geopool.pid, seconds: 1 });
    rate = perSecond / 2;
    rows.push(...(await rowsOf(stage, geopool, rate, geopoolChanges(stage, geopool))));
  } finally {
    await geopool.stop();
  }
  const absence = PEERS.filter(({ name }) => name === 'gdnsd').map(absenceOf)[0];
  if (absence === undefined) rows.push(...(await gdnsdRows(stage, rate)));
  const { median: delay } = await compileDelay(stage, database);
  return {
    title: 'Changes under load',
    blocks: [
      `${grouped(rate)} queries a second, half of what geopool answers on that core, each with a random /24, for ${LASTING} seconds with the change after the first. Times of answers are microseconds; what is later than 5 ms is late; a change takes milliseconds until it is acknowledged. Times are medians over the rounds, what is lost, wrong or late is that of all rounds together:`,
      table(
        ['', 'took', 'lost', 'wrong', 'late', 'p50', 'p99', 'p99.9', 'worst', 'worst, ms: goal', ''],
        rows,
      ),
      'The longest that the main thread did not run while a swapped database was compiled, on all cores and with nothing asked, in ms, the median of the rounds:',
      table(
        ['', 'longest delay', 'goal', ''],
        [['City database', delay.toFixed(1), ...goalCells(LOOP_GOAL, delay, 0)]],
      ),
      ...(absence === undefined ? [] : [absence]),
    ],
  };
}

/** A row for nothing and for each change, which are made in turn, round by round. */
async function rowsOf(
  stage: Stage,
  server: Server,
  rate: number,
  changes: readonly Change[],
): Promise<string[][]> {
  const all = [NOTHING, ...changes];
  const outcomes = new Map<Change, Outcome[]>(all.map((change) => [change, []]));
  for (let round = 0; round < stage.options.rounds; round++) {
    for (const [change, own] of outcomes) own.push(await underLoad(stage, server, rate, change, round));
  }
  return [...outcomes].map(([{ words }, own]) => rowOf(server, words, own));
}

function rowOf({ name }: Server, words: string, outcomes: readonly Outcome[]): string[] {
  const median = (key: 'took' | 'p50' | 'p99' | 'p999' | 'worst'): number =>
    spreadOf(outcomes.map((outcome) => outcome[key])).median;
  const sum = (key: 'lost' | 'wrong' | 'late'): number =>
    outcomes.reduce((sum, outcome) => sum + outcome[key], 0);
  const [took, worst] = [median('took'), median('worst')];
  const [lost, wrong, late] = [sum('lost'), sum('wrong'), sum('late')];
  const [p50, p99, p999] = [median('p50'), median('p99'), median('p999')];
  const times = [p50, p99, p999, worst].map(grouped);
  const goal = name === 'geopool' && words !== NOTHING.words ? LATE_GOAL : undefined;
  const counts = [took.toFixed(0), ...[lost, wrong, late].map(grouped)];
  return [`${name}, ${words}`, ...counts, ...times, ...goalCells(goal, worst / 1000, 0)];
}

async function underLoad(
  stage: Stage,
  server: Server,
  rate: number,
  change: Change,
  round: number,
): Promise<Outcome> {
  change.prepare?.();
  // What makes the change would take the core from the server too.
  await stage.processes.pin(process.pid, CLIENT_CORE);
  const load = pace(
    stage,
    { port: server.port, name: POOL_NAME, subnet: 'random' },
    { rate, seconds: LASTING },
  );
  const changing = (async (): Promise<number> => {
    await pause(BEFORE);
    const begun = performance.now();
    await change.make(round);
    return performance.now() - begun;
  })();
  const [figures, took] = await Promise.all([load, changing]);
  await stage.processes.unpin(process.pid);
  return { took, ...figures };
}

function geopoolChanges(stage: Stage, geopool: Geopool): Change[] {
  const { home, tell } = geopool;
  return [
    {
      words: 'a zone reload',
      make: async (round) => {
        writeFileSync(join(home.zones, `${ZONE_NAME}.yaml`), sixMirrorsZone(7 + round));
        await tell('/reload', {});
      },
    },
    {
      words: 'a database swap',
      prepare: () => copyBeside(stage, geopool),
      make: () => swapDatabase(geopool),
    },
    {
      words: `${BURST} overrides`,
      make: async () => {
        for (let i = 0; i < BURST; i++) {
          const mirror = `${ZONE_NAME}/${SIX_MIRRORS[(i >> 1) % SIX_MIRRORS.length]?.country}`;
          await (i % 2 === 0
            ? tell('/disable', { mirror, reason: 'bench', force: true })
            : tell('/enable', { mirror }));
        }
      },
    },
  ];
}

function copyBeside(stage: Stage, { home }: Geopool): void {
  copyFileSync(stage.database, `${home.database}.new`);
}

/** The copy takes the place of the database, as an updater does it; resolves when that serves. */
async function swapDatabase({ home, tell }: Geopool): Promise<void> {
  renameSync(`${home.database}.new`, home.database);
  await tell('/reload', {});
}

async function gdnsdRows(stage: Stage, rate: number): Promise<string[][]> {
  stage.say('swaps in gdnsd');
  const gdnsd = await startGdnsd(stage);
  try {
    return await rowsOf(stage, gdnsd, rate, gdnsdChanges(stage, gdnsd));
  } finally {
    // By its own control: after a replacement it is another process.
    await gdnsd.control('stop');
    await gdnsd.stop();
  }
}

function gdnsdChanges(stage: Stage, { home, control }: Gdnsd): Change[] {
  return [
    {
      words: 'a zone reload',
      make: async (round) => {
        writeFileSync(home.zoneFile, gdnsdZone(61 + round));
        await control('reload-zones');
      },
    },
    {
      words: 'its replacement',
      make: async () => {
        await control('replace');
        const [, pid] = /PID (\d+)/i.exec(await control('status')) ?? [];
        if (pid !== undefined) stage.processes.adopt(Number(pid));
      },
    },
  ];
}

async function compileDelay(stage: Stage, database: string): Promise<Spread> {
  stage.say('event-loop delay');
  const geopool = await startGeopool(stage, makeGeopoolHome(stage, { database }), { pinned: false });
  try {
    const delays: number[] = [];
    for (let round = 0; round < stage.options.rounds; round++) {
      copyBeside(stage, geopool);
      delays.push(await geopool.loopDelayDuring(() => swapDatabase(geopool)));
    }
    return spreadOf(delays);
  } finally {
    await geopool.stop();
  }
}

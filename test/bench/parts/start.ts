/**
 * How long a start takes, from the execution of the program to the first answer that is right by geography, and the
 * memory that it holds afterwards. geopool's second start finds the location map that its first one kept.
 */
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { watchAnswers } from '../ask.js';
import { atMost, goalCells, SPREAD_HEAD, spreadCells, table } from '../markdown.js';
import type { Section } from '../part.js';
import { residentMegabytes } from '../process-figures.js';
import type { Running } from '../processes.js';
import { launchGdnsd, makeGdnsdHome } from '../servers/gdnsd.js';
import { launchGeopool, makeGeopoolHome, stateOf } from '../servers/geopool.js';
import { absenceOf, PEERS } from '../servers/lineup.js';
import { START_LIMIT } from '../servers/server.js';
import { GERMAN_ADDRESS, GERMANY, POOL_NAME } from '../six-mirrors.js';
import type { Stage } from '../stage.js';
import { spreadOf } from '../statistics.js';
import { takeTurns } from '../turns.js';

/** Starts differ little. */
const MOST_ROUNDS = 3;
/** Milliseconds after the first right answer until memory is looked at. */
const SETTLING = 1500;

interface Case {
  readonly name: string;
  readonly port: number;
  readonly launch: () => Running;
  /** Megabytes, start by start. */
  readonly memory: number[];
}

export async function measureStart(stage: Stage): Promise<Section> {
  const home = makeGeopoolHome(stage);
  const { port } = home;
  const first: Case = {
    name: 'geopool, first start',
    port,
    launch: () => {
      rmSync(stateOf(home), { recursive: true, force: true });
      return launchGeopool(stage, home);
    },
    memory: [],
  };
  const second: Case = {
    name: 'geopool, second start',
    port,
    launch: () => launchGeopool(stage, home),
    memory: [],
  };
  const absence = PEERS.filter(({ name }) => name === 'gdnsd').map(absenceOf)[0];
  const gdnsd = absence === undefined ? gdnsdCase(stage) : undefined;
  const cases = [first, second, ...(gdnsd === undefined ? [] : [gdnsd])];
  stage.say('start');
  const figures = await takeTurns(Math.min(stage.options.rounds, MOST_ROUNDS), cases, startOnce);
  const timesOf = (of: Case): number[] => [...(figures.get(of) ?? [])];
  const startGoal = gdnsd && atMost(spreadOf(timesOf(gdnsd)).median);
  const memoryGoal = gdnsd && atMost(2 * spreadOf(gdnsd.memory).median);
  const rows = (valuesOf: (of: Case) => number[], goal: ReturnType<typeof atMost> | undefined): string[][] =>
    cases.map((one) => {
      const spread = spreadOf(valuesOf(one));
      return [
        one.name,
        ...spreadCells(spread, 0),
        ...goalCells(one === gdnsd ? undefined : goal, spread.median, 0),
      ];
    });
  return {
    title: 'Start, and memory',
    blocks: [
      'Milliseconds from the execution to the first answer that sends a client in Germany to Germany, on all cores:',
      table(['', ...SPREAD_HEAD, 'goal', ''], rows(timesOf, startGoal)),
      'Resident memory afterwards, in MB:',
      table(
        ['', ...SPREAD_HEAD, 'goal', ''],
        rows(({ memory }) => memory, memoryGoal),
      ),
      ...(absence === undefined ? [] : [absence]),
    ],
  };
}

function gdnsdCase(stage: Stage): Case {
  const home = makeGdnsdHome(stage);
  return { name: 'gdnsd', port: home.port, launch: () => launchGdnsd(stage, home, false), memory: [] };
}

async function startOnce({ port, launch, memory }: Case): Promise<number> {
  const begun = performance.now();
  const running = launch();
  try {
    const answered = await watchAnswers({
      port,
      name: POOL_NAME,
      subnet: GERMANY,
      until: (addresses) => addresses.includes(GERMAN_ADDRESS),
      every: 2,
      limit: START_LIMIT,
    });
    await pause(SETTLING);
    memory.push(residentMegabytes(running.pid));
    return answered - begun;
  } finally {
    await running.stop();
  }
}

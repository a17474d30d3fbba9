/**
 * Whether much costs more: very many zones, and very large pools, beside one zone of ten mirrors.
 */
import { describeError } from '../../../src/platform/errors.js';
import { largePool, manyZones, numberedName, POOL_PATTERN, type WatchedMirror } from '../many-mirrors.js';
import { atLeast, atMost, type Goal, goalCells, SPREAD_HEAD, spreadCells, table } from '../markdown.js';
import type { Section } from '../part.js';
import { residentMegabytes } from '../process-figures.js';
import { type Geopool, makeGeopoolHome, startGeopool } from '../servers/geopool.js';
import type { Stage } from '../stage.js';
import { spreadOf } from '../statistics.js';
import { perCpuSecond, ratioOf, takeTurns, warmUp } from '../turns.js';
import { keepTurning, verdictTimes } from '../verdicts.js';

const ZONES = 1001;
const WATCHED = 10;
const POOL_NAME = numberedName(POOL_PATTERN, 0);
/** Turns are long in sum: four servers, and what they are asked differs little. */
const MOST_ROUNDS = 3;
/** Overrides a second. */
const TURNS = 10;
const TURNS_GOAL = atLeast(0.8);
/** Milliseconds that a start may take; then it is left out. */
const PATIENCE = 90_000;

interface Plan {
  readonly name: string;
  readonly zones: Record<string, string>;
  readonly names: number;
  readonly watched: readonly WatchedMirror[];
  readonly rateGoal?: Goal;
  readonly verdictGoal?: Goal;
}

interface Served {
  readonly plan: Plan;
  readonly geopool: Geopool;
  readonly startSeconds: number;
  readonly megabytes: number;
}

export async function measureZones(stage: Stage): Promise<Section> {
  const served: Served[] = [];
  const missing: string[] = [];
  try {
    for (const plan of plans()) {
      try {
        served.push(await serve(stage, plan));
      } catch (error) {
        missing.push(`**${plan.name}: left out, since ${describeError(error)}**`);
      }
    }
    const rates = await compareRates(stage, served);
    const verdicts: string[][] = [];
    for (const { plan, geopool } of served) {
      if (plan.watched.length === 0) continue;
      stage.say(`verdicts in ${plan.name}`);
      const { last, wrong } = await verdictTimes(geopool, POOL_NAME, plan.watched);
      const goal = goalCells(plan.verdictGoal, last.max, 0);
      verdicts.push([plan.name, ...spreadCells(last, 1), ...goal, `${wrong}`]);
    }
    const turned: string[][] = [];
    for (const one of served) {
      if (one.plan.watched.length > 0) turned.push(await rateWhileTurning(stage, one));
    }
    const starts = served.map(({ plan, startSeconds, megabytes }) => [
      plan.name,
      startSeconds.toFixed(1),
      megabytes.toFixed(0),
    ]);
    return {
      title: 'Many zones, large pools',
      blocks: [
        'Queries answered per second of server CPU, by those of one zone of ten mirrors in the same round. Each zone has mirrors of its own elsewhere; each query asks for a random zone, and has a random /24. Cold is the first second after the start, by that of the one zone:',
        table(['', ...SPREAD_HEAD, 'goal', '', 'cold'], rates),
        `Milliseconds from \`disable\`, sent over the control socket, to the last answer with the mirror, while nothing else is asked; ${WATCHED} mirrors, one after another. The goal is for the slowest. Wrong are answers with the mirror to who asked after the acknowledgement:`,
        table(['', ...SPREAD_HEAD, 'goal', '', 'wrong'], verdicts),
        `Queries answered per second of the CPU time of all threads while ${TURNS} overrides a second come and go, by those while none does, in turns:`,
        table(['', ...SPREAD_HEAD, 'goal', ''], turned),
        'The first start, on all cores, and the memory after it:',
        table(['', 'seconds', 'resident, MB'], starts),
        ...missing,
      ],
    };
  } finally {
    await Promise.all(served.map(({ geopool }) => geopool.stop()));
  }
}

function plans(): Plan[] {
  const thousand = largePool(1000, WATCHED);
  const tenThousand = largePool(10_000, WATCHED);
  return [
    { name: 'one zone of ten mirrors', zones: manyZones(1, 10, 'elsewhere'), names: 1, watched: [] },
    {
      name: `${ZONES.toLocaleString('en')} zones of ten`,
      zones: manyZones(ZONES, 10, 'elsewhere'),
      names: ZONES,
      watched: [],
      rateGoal: atLeast(0.9),
    },
    {
      name: 'the same, all in the same places',
      zones: manyZones(ZONES, 10, 'same'),
      names: ZONES,
      watched: [],
      rateGoal: atLeast(0.95),
    },
    { name: 'a pool of 1,000 mirrors', ...thousand, names: 1, verdictGoal: atMost(10) },
    { name: 'a pool of 10,000 mirrors', ...tenThousand, names: 1, verdictGoal: atMost(10) },
    {
      name: 'the same with max_share 0.01',
      ...largePool(10_000, WATCHED, ', max_share: 0.01'),
      names: 1,
      rateGoal: atLeast(0.5),
      verdictGoal: atMost(10),
    },
  ];
}

async function serve(stage: Stage, plan: Plan): Promise<Served> {
  stage.say(`starting ${plan.name}`);
  const home = makeGeopoolHome(stage, { zones: plan.zones });
  const begun = performance.now();
  const geopool = await startGeopool(stage, home, { pool: POOL_NAME, limit: PATIENCE });
  const startSeconds = (performance.now() - begun) / 1000;
  return { plan, geopool, startSeconds, megabytes: residentMegabytes(geopool.pid) };
}

/** Rows of a table: each of the others by the first. */
async function compareRates(stage: Stage, [one, ...many]: readonly Served[]): Promise<string[][]> {
  if (one === undefined) return [];
  stage.say('zones: rates');
  const all = [one, ...many];
  const askedOf = ({ names }: Plan) => ({ name: POOL_PATTERN, names, subnet: 'random' });
  const cold = new Map<Served, number>();
  for (const each of all) cold.set(each, await warmUp(stage, each.geopool, askedOf(each.plan)));
  const rounds = Math.min(stage.options.rounds, MOST_ROUNDS);
  const figures = await takeTurns(rounds, all, ({ plan, geopool }) =>
    perCpuSecond(stage, geopool, askedOf(plan)),
  );
  return many.map((each) => {
    const ratio = ratioOf(figures, each, one);
    const first = (cold.get(each) ?? Number.NaN) / (cold.get(one) ?? Number.NaN);
    const goal = goalCells(each.plan.rateGoal, ratio.median, 2);
    return [each.plan.name, ...spreadCells(ratio, 2), ...goal, first.toFixed(2)];
  });
}

/** A row of a table: the rate while overrides come and go by that while none does, in the same round. */
async function rateWhileTurning(stage: Stage, { plan, geopool }: Served): Promise<string[]> {
  stage.say(`overrides that come and go in ${plan.name}`);
  const asked = { name: POOL_PATTERN, names: 1, subnet: 'random' };
  const ratios: number[] = [];
  for (let round = 0; round < Math.min(stage.options.rounds, MOST_ROUNDS); round++) {
    const calm = await perCpuSecond(stage, geopool, asked);
    const turning = keepTurning(geopool, plan.watched, TURNS);
    ratios.push((await perCpuSecond(stage, geopool, asked)) / calm);
    await turning.stop();
  }
  const ratio = spreadOf(ratios);
  return [plan.name, ...spreadCells(ratio, 2), ...goalCells(TURNS_GOAL, ratio.median, 2)];
}

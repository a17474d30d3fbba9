/**
 * Whether much costs more: very many zones, and very large pools, beside one zone of ten mirrors; and how long it takes
 * in the large ones from a mirror's verdict to the answers.
 */
import { watchAnswers } from '../ask.js';
import { largePool, manyZones, numberedName, POOL_PATTERN, type WatchedMirror } from '../many-mirrors.js';
import {
  atLeast,
  atMost,
  type Goal,
  goalCells,
  grouped,
  SPREAD_HEAD,
  spreadCells,
  table,
} from '../markdown.js';
import type { Section } from '../part.js';
import { residentMegabytes } from '../process-figures.js';
import { type Geopool, makeGeopoolHome, startGeopool } from '../servers/geopool.js';
import type { Stage } from '../stage.js';
import { type Spread, spreadOf } from '../statistics.js';
import { perCpuSecond, ratioOf, takeTurns, warmUp } from '../turns.js';

const ZONES = 1001;
const WATCHED = 10;
const POOL_NAME = numberedName(POOL_PATTERN, 0);
/** Milliseconds that a verdict may take at all. */
const VERDICT_LIMIT = 30_000;

interface Plan {
  readonly name: string;
  readonly files: Record<string, string>;
  readonly names: number;
  readonly watched?: readonly WatchedMirror[];
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
  const thousand = largePool(1000, WATCHED);
  const tenThousand = largePool(10_000, WATCHED);
  const plans: readonly Plan[] = [
    { name: 'one zone of ten mirrors', files: manyZones(1, 10), names: 1 },
    {
      name: `${grouped(ZONES)} zones of ten`,
      files: manyZones(ZONES, 10),
      names: ZONES,
      rateGoal: atLeast(0.9),
    },
    {
      name: 'one pool of 1,000 mirrors',
      files: thousand.zones,
      names: 1,
      watched: thousand.watched,
      verdictGoal: atMost(50),
    },
    {
      name: 'one pool of 10,000 mirrors',
      files: tenThousand.zones,
      names: 1,
      watched: tenThousand.watched,
      verdictGoal: atMost(1000),
    },
  ];
  const served: Served[] = [];
  try {
    for (const plan of plans) served.push(await serve(stage, plan));
    stage.say('zones: rates');
    const askedOf = ({ names }: Plan) => ({ name: POOL_PATTERN, names, subnet: 'random' });
    for (const { plan, geopool } of served) await warmUp(stage, geopool, askedOf(plan));
    const figures = await takeTurns(stage.options.rounds, served, ({ plan, geopool }) =>
      perCpuSecond(stage, geopool, askedOf(plan)),
    );
    const [one, ...many] = served;
    if (one === undefined) throw new Error('nothing is served');
    const rates = many.map((each) => {
      const ratio = ratioOf(figures, each, one);
      return [each.plan.name, ...spreadCells(ratio, 2), ...goalCells(each.plan.rateGoal, ratio.median, 2)];
    });
    const verdicts: string[][] = [];
    for (const { plan, geopool } of served) {
      if (plan.watched === undefined) continue;
      stage.say(`verdicts in ${plan.name}`);
      const times = await verdictTimes(geopool, plan.watched);
      verdicts.push([plan.name, ...spreadCells(times, 1), ...goalCells(plan.verdictGoal, times.max, 0)]);
    }
    const rest: string[][] = [];
    for (const { plan, geopool, startSeconds, megabytes } of served) {
      stage.say(`reload of ${plan.name}`);
      const delay = await geopool.loopDelayDuring(() => geopool.tell('/reload', {}));
      rest.push([plan.name, startSeconds.toFixed(1), megabytes.toFixed(0), delay.toFixed(1)]);
    }
    return {
      title: 'Many zones, large pools',
      blocks: [
        'Queries answered per second of server CPU, by those of one zone of ten mirrors in the same round. Each zone has mirrors elsewhere; each query asks for a random zone and has a random /24:',
        table(['', ...SPREAD_HEAD, 'goal', ''], rates),
        `Milliseconds from \`disable\`, sent over the control socket, to the first answer without the mirror; ${WATCHED} mirrors, one after another; the goal is for the slowest:`,
        table(['', ...SPREAD_HEAD, 'goal', ''], verdicts),
        'The first start on one core, the memory, and the longest that the main thread did not run during a reload, while nothing was asked:',
        table(['', 'start, s', 'resident, MB', 'longest delay, ms'], rest),
      ],
    };
  } finally {
    await Promise.all(served.map(({ geopool }) => geopool.stop()));
  }
}

async function serve(stage: Stage, plan: Plan): Promise<Served> {
  stage.say(`starting ${plan.name}`);
  const home = makeGeopoolHome(stage, { zones: plan.files });
  const begun = performance.now();
  const geopool = await startGeopool(stage, home, { pool: POOL_NAME });
  const startSeconds = (performance.now() - begun) / 1000;
  return { plan, geopool, startSeconds, megabytes: residentMegabytes(geopool.pid) };
}

async function verdictTimes(geopool: Geopool, watched: readonly WatchedMirror[]): Promise<Spread> {
  const times: number[] = [];
  for (const { name, address, client } of watched) {
    const answersChange = (until: (addresses: readonly string[]) => boolean): Promise<number> =>
      watchAnswers({
        port: geopool.port,
        name: POOL_NAME,
        subnet: client,
        until,
        every: 1,
        limit: VERDICT_LIMIT,
      });
    await answersChange((addresses) => addresses.includes(address));
    const out = answersChange((addresses) => addresses.length > 0 && !addresses.includes(address));
    const asked = performance.now();
    const [at] = await Promise.all([out, geopool.tell('/disable', { mirror: name, reason: 'bench' })]);
    times.push(at - asked);
    await Promise.all([
      answersChange((addresses) => addresses.includes(address)),
      geopool.tell('/enable', { mirror: name }),
    ]);
  }
  return spreadOf(times);
}

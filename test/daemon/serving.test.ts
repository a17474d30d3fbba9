/** What is served while decks are drawn in another thread, which answers in steps and may be asked again in between. */
import t from 'tap';
import type { PoolChange, PoolTable } from '../../src/answer/table.js';
import type { LiveWorld } from '../../src/compile/compiler.js';
import type { PoolStanding } from '../../src/compile/messages.js';
import { layOutZones, type World } from '../../src/compile/world.js';
import { startServing } from '../../src/daemon/serving.js';
import { createOverrides } from '../../src/health/overrides.js';
import type { Watched } from '../../src/health/watched.js';
import type { Log } from '../../src/log.js';
import type { Service } from '../../src/net/service.js';
import { planOf } from '../compile/decks.js';
import { makeTable } from '../compile/make-table.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { targetOf } from '../health/targets.js';

const [TABLE] = makeTable([
  'zone: example.org\nns: [ns.example.net]\npools: { dl: {} }\nmirrors: { a: { addresses: [192.0.2.1] } }\n',
]).table.pools;

/** A table that can be told from others. */
const tableOf = (counted: number): PoolTable => {
  if (TABLE === undefined) throw new Error('the zone has a pool');
  return { ...TABLE, counted };
};

interface Asked {
  readonly standings: readonly PoolStanding[];
  readonly tables: (...counted: number[]) => void;
  readonly taken: () => void;
  readonly drawn: () => void;
  readonly die: () => void;
}

/** A world whose dealer does what the test says. */
function scripted(asked: Asked[], onClose: () => void = () => undefined): LiveWorld {
  const pools = [planOf([{ weight: 1 }, { weight: 1 }, { weight: 1 }])];
  const world: World = {
    zones: [],
    refused: [],
    places: [],
    names: layOutZones([], pools),
    pools,
    geo: [],
    sources: { location: { path: '', source: 'embedded' }, problems: [] },
    grid: false,
  };
  return {
    world,
    deal(standings, onTables) {
      const steps: { taken?: () => void; drawn?: () => void; die: (() => void)[] } = { die: [] };
      const step = (name: 'taken' | 'drawn'): Promise<void> =>
        new Promise((resolve, reject) => {
          steps[name] = resolve;
          steps.die.push(() => reject(new Error('the dealer has ended')));
        });
      const dealing = { taken: step('taken'), drawn: step('drawn') };
      if (standings.length === 0) {
        steps.taken?.();
        steps.drawn?.();
        return dealing;
      }
      asked.push({
        standings,
        tables: (...counted) =>
          onTables(counted.map((each): PoolChange => ({ number: 0, pool: tableOf(each) }))),
        taken: () => steps.taken?.(),
        drawn: () => steps.drawn?.(),
        die: () => {
          for (const reject of steps.die) reject();
        },
      });
      return dealing;
    },
    async close() {
      onClose();
    },
  };
}

const quiet = (): void => undefined;
const QUIET: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function opened(standings: Map<string, Watched> = new Map(), log: Log = QUIET) {
  const asked: Asked[] = [];
  const overrides = createOverrides();
  const served: number[] = [];
  const generations: number[] = [];
  let deaths = 0;
  const service = {
    publish: ({ pools, generation }: { pools: readonly PoolTable[]; generation: number }) => {
      served.push(...pools.map(({ counted }) => counted));
      generations.push(generation);
    },
    publishPools: (generation: number, changes: readonly PoolChange[]) => {
      served.push(...changes.map(({ pool }) => pool.counted));
      generations.push(generation);
    },
  };
  const unused = (): never => {
    throw new Error('nobody asks for that here');
  };
  const whole: Service = {
    ...service,
    transport: 'portable',
    endpoints: [],
    generation: unused,
    mapOf: unused,
    workerDeaths: unused,
    sums: unused,
    stop: unused,
  };
  const starting = startServing(
    scripted(asked),
    async (table) => {
      service.publish(table);
      return whole;
    },
    {
      clock: createFakeClock(),
      log,
      knowledge: () => ({ standings, overrides }),
      watch: quiet,
      onPanics: quiet,
      onDealerDeath: () => deaths++,
    },
  );
  await settled();
  asked[0]?.tables(1);
  asked[0]?.taken();
  asked[0]?.drawn();
  const { serving } = await starting;
  return {
    asked,
    served,
    generations,
    serving,
    deaths: () => deaths,
    disable: (mirror: string) => overrides.add({ zone: 'example.org', mirror, reason: 'test', since: 0 }),
  };
}

const standingOf = (asked: Asked | undefined): string => asked?.standings[0]?.standing.join() ?? '';

t.test('the next verdict waits for the dead of the one before to leave, and not for all decks', async (t) => {
  const { asked, served, generations, serving, disable } = await opened();
  const done: string[] = [];
  disable('m0');
  void serving.refresh().then(() => done.push('first'));
  await settled();
  t.equal(standingOf(asked[1]), 'off,up,up');
  disable('m1');
  void serving.refresh().then(() => done.push('second'));
  await settled();
  t.equal(asked.length, 2, 'one at a time');
  asked[1]?.tables(2);
  asked[1]?.taken();
  await settled();
  t.equal(standingOf(asked[2]), 'off,off,up', 'while decks are still drawn');
  t.same(done, []);
  asked[2]?.tables(3);
  asked[2]?.taken();
  await settled();
  asked[1]?.tables(4);
  asked[1]?.drawn();
  await settled();
  t.equal(done.includes('second'), false, 'what it asked for is not drawn yet');
  asked[2]?.tables(5);
  asked[2]?.drawn();
  await settled();
  t.same(done.sort(), ['first', 'second']);
  t.same(served, [1, 2, 3, 4, 5], 'tables in the order in which they came');
  t.same(generations, [1, 2, 3, 4, 5]);
});

t.test('where something fails once the service is open, that is stopped and the world closed', async (t) => {
  const asked: Asked[] = [];
  const ended: string[] = [];
  const unused = (): never => {
    throw new Error('nobody asks for that here');
  };
  const service: Service = {
    transport: 'portable',
    endpoints: [],
    publish: unused,
    publishPools: unused,
    generation: unused,
    mapOf: unused,
    workerDeaths: unused,
    sums: unused,
    stop: async () => void ended.push('service'),
  };
  const starting = startServing(
    scripted(asked, () => ended.push('world')),
    async () => service,
    {
      clock: createFakeClock(),
      log: QUIET,
      knowledge: () => ({ standings: new Map(), overrides: createOverrides() }),
      watch: quiet,
      onPanics: () => {
        throw new TypeError('unforeseen');
      },
      onDealerDeath: quiet,
    },
  );
  await settled();
  asked[0]?.tables(1);
  asked[0]?.taken();
  asked[0]?.drawn();
  await t.rejects(starting, { message: 'unforeseen' });
  t.same(ended, ['service', 'world']);
});

t.test('a panic is said when it begins and when it ends, and not at every reload between', async (t) => {
  // The pools of a scripted world have no zone, and so their addresses no key of their own.
  const fallen: Watched = {
    target: targetOf('192.0.2.1'),
    standing: { verdict: 'down', streak: 3, since: 0 },
    pending: false,
    checks: [],
  };
  const standings = new Map([['', fallen]]);
  const log = createRecordingLog();
  const { serving } = await opened(standings, log);
  const said = () =>
    log.lines.splice(0).map(({ event, zone, pool, family }) => ({ event, zone, pool, family }));
  const [panic, ...more] = said();
  t.match(panic, { event: 'panic', zone: 'example.org', family: 'ipv4' });
  t.same(more, []);
  const reload = async (): Promise<void> => {
    const others: Asked[] = [];
    const installed = serving.install(scripted(others));
    await settled();
    others[0]?.tables(1);
    others[0]?.taken();
    others[0]?.drawn();
    await installed;
  };
  await reload();
  t.same(said(), []);
  standings.clear();
  await reload();
  t.same(said(), [{ ...panic, event: 'panic-over' }]);
});

t.test('a verdict that changes nothing waits for what is being drawn', async (t) => {
  const { asked, serving, disable } = await opened();
  let isDone = false;
  disable('m0');
  void serving.refresh();
  await settled();
  asked[1]?.taken();
  await settled();
  void serving.refresh().then(() => {
    isDone = true;
  });
  await settled();
  t.equal(asked.length, 2);
  t.equal(isDone, false);
  asked[1]?.drawn();
  await settled();
  t.equal(isDone, true);
});

t.test('a dealer that dies while it draws has the world built anew, and that one is served', async (t) => {
  const { asked, served, serving, disable, deaths } = await opened();
  disable('m0');
  void serving.refresh();
  await settled();
  asked[1]?.taken();
  await settled();
  t.equal(deaths(), 0);
  asked[1]?.die();
  await settled();
  t.equal(deaths(), 1);
  const others: Asked[] = [];
  const installed = serving.install(scripted(others));
  await settled();
  t.equal(standingOf(others[0]), 'off,up,up');
  others[0]?.tables(7);
  others[0]?.taken();
  others[0]?.drawn();
  await installed;
  t.equal(served.at(-1), 7);
  await serving.refresh();
  t.equal(deaths(), 1, 'the dead one is forgotten');
});

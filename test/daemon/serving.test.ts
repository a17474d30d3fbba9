/** What is served: verdicts are in the state that workers read when the call returns, and old worlds are written until they are left. */
import t, { type Test } from 'tap';
import {
  ADDRESS,
  ADDRESS_STATES,
  addressesAt,
  isInPanic,
  stateOf,
  stateVersion,
} from '../../src/answer/pool-state.js';
import type { AnswerTable } from '../../src/answer/table.js';
import { startServing } from '../../src/daemon/serving.js';
import { openSignals } from '../../src/daemon/signals.js';
import { unprobedState } from '../../src/health/hysteresis.js';
import { createOverrides } from '../../src/health/overrides.js';
import type { TargetState } from '../../src/health/watched-targets.js';
import { type Check, checksOf, targetKey } from '../../src/probe/target.js';
import type { Service } from '../../src/server/service.js';
import { createFakeClock } from '../fake-clock.js';
import { worldOf } from './live-world.js';

const zone = (mirrors: string, pool = ''): string =>
  `zone: example.org\nns: [ns.example.net]\npools: { dl: { answers: 2${pool} }, other: { mirrors: [a] } }\nmirrors:\n${mirrors}`;
const mirror = (name: string, last: number): string => `  ${name}: { addresses: [192.0.2.${last}] }\n`;
const THREE = zone(mirror('a', 1) + mirror('b', 2) + mirror('c', 3));
const FOUR = zone(mirror('a', 1) + mirror('b', 2) + mirror('c', 3) + mirror('d', 4));
const TWO = zone(mirror('a', 1) + mirror('b', 2));

async function opened(t: Test, text: string) {
  const clock = createFakeClock();
  const overrides = createOverrides();
  const verdicts = new Map<string, TargetState>();
  const tables: AnswerTable[] = [];
  const logged: string[] = [];
  const watched: number[] = [];
  let oldest = 1;
  const unused = (): never => {
    throw new Error('nobody asks for that here');
  };
  const service: Service = {
    transport: 'portable',
    endpoints: [],
    publish: (table) => tables.push(table),
    generation: () => tables.at(-1)?.generation ?? 0,
    oldestGeneration: () => oldest,
    mapOf: unused,
    workerDeaths: unused,
    silentWorkers: unused,
    table: unused,
    queue: unused,
    made: [],
    taken: [],
    govern: unused,
    policy: unused,
    secure: unused,
    tls: unused,
    relisten: unused,
    sums: unused,
    stop: unused,
  };
  const say = ({ event }: { event?: string }): void => {
    logged.push(event ?? '');
  };
  const { serving } = await startServing(
    worldOf(text),
    async (table) => {
      tables.push(table);
      return service;
    },
    {
      clock,
      log: { debug: say, info: say, warn: say, error: say },
      snapshot: () => ({ states: verdicts, overrides }),
      watch: ({ targets }) => watched.push(targets.length),
      onPanics: () => undefined,
      signals: openSignals(),
    },
  );
  t.teardown(() => serving.close());
  return {
    clock,
    serving,
    tables,
    logged,
    watched,
    overrides,
    left: (generation: number) => {
      oldest = generation;
    },
    /** Says what probes found of an address of the pool dl, and nothing else: the key of it. */
    judge(address: string, verdict: 'up' | 'down', more: Partial<TargetState> = {}): string {
      const target = serving
        .index()
        .targets.find((each) => each.address.text === address && each.pool === 'dl.example.org');
      if (target === undefined) throw new Error(`${address} is watched`);
      const checks = Array.from(checksOf(target), ([, { probe }]: [string, Check]) => ({
        probe,
        state: unprobedState(clock.now()),
        pending: false,
      }));
      const key = targetKey(target);
      verdicts.set(key, {
        target,
        state: { ...unprobedState(clock.now()), verdict },
        pending: false,
        checks,
        ...more,
      });
      return key;
    },
    /** How the addresses of a pool stand in a table's state. */
    state(table = tables.at(-1), number = 0): string {
      const pool = table?.pools[number];
      if (table === undefined || pool === undefined) throw new Error('it is published');
      const count = pool.firstAddress.at(-1) ?? 0;
      const at = addressesAt(pool.stateAt, stateVersion(table.state, pool.stateAt), count);
      const words = Array.from({ length: count }, (_, i) => table.state[at + i * ADDRESS.WORDS] ?? 0);
      return words.map((word) => ADDRESS_STATES[stateOf(word)]).join();
    },
  };
}

t.test('a verdict and an override are in the state when the call returns', async (t) => {
  const { serving, tables, judge, state, overrides } = await opened(t, THREE);
  t.equal(state(), 'up,up,up', 'nobody knows better');
  serving.verdictsChanged([judge('192.0.2.2', 'down')]);
  t.equal(state(), 'up,down,up');
  overrides.add({ zone: 'example.org', mirror: 'a', reason: 'test', since: 0 });
  t.equal(state(), 'up,down,up', 'an override counts when it is said');
  serving.overridden(['example.org/a']);
  t.equal(state(), 'off,down,up');
  t.equal(state(tables[0], 1), 'off', 'in every pool that it is in');
  overrides.remove('example.org', 'a');
  judge('192.0.2.2', 'up');
  serving.refresh();
  t.equal(state(), 'up,up,up');
  t.equal(tables.length, 1, 'nothing was published for it');
});

t.test('what is not touched is not written', async (t) => {
  const { serving, tables, judge } = await opened(t, THREE);
  const [table] = tables;
  const versions = (): number[] =>
    (table?.pools ?? []).map(({ stateAt }) => stateVersion(table?.state ?? new Int32Array(), stateAt));
  const before = versions();
  serving.verdictsChanged([judge('192.0.2.2', 'down')]);
  t.same(versions(), [(before[0] ?? 0) + 1, before[1]]);
  serving.verdictsChanged(['no such key']);
  t.same(versions(), [(before[0] ?? 0) + 1, before[1]]);
});

t.test(
  'a world that somebody may still answer from goes on hearing of verdicts, until all have left it',
  async (t) => {
    const { serving, tables, judge, state, left, watched } = await opened(t, THREE);
    const key = judge('192.0.2.2', 'down');
    serving.verdictsChanged([key]);
    serving.install(worldOf(FOUR));
    t.same(watched, [4, 5], 'its addresses are watched, those of the other pool too');
    t.equal(tables.at(-1)?.generation, 2);
    t.equal(state(), 'up,down,up,up', 'what is known holds in it from the start');
    judge('192.0.2.2', 'up');
    judge('192.0.2.3', 'down');
    serving.refresh();
    t.equal(state(tables[0]), 'up,up,down', 'the old one too');
    serving.install(worldOf(TWO));
    serving.verdictsChanged([judge('192.0.2.1', 'down')]);
    t.equal(state(tables[1]), 'down,up,down,up', 'and whom nobody watches any more stays as it was');
    left(3);
    serving.verdictsChanged([judge('192.0.2.1', 'up')]);
    t.equal(state(), 'up,up');
    t.equal(state(tables[0]), 'down,up,down', 'then it is let go of');
    t.equal(state(tables[1]), 'down,up,down,up');
  },
);

t.test('the memory of a world is for another when nobody reads it any more', async (t) => {
  const { serving, left } = await opened(t, THREE);
  const [second, third, large] = [worldOf(THREE), worldOf(TWO), worldOf(FOUR)];
  t.equal(serving.spare(), undefined);
  serving.install(second);
  serving.install(third);
  t.equal(serving.spare(), undefined, 'somebody may be at any of them');
  left(2);
  const first = serving.spare();
  t.ok(first !== undefined && ![second.memory, third.memory].includes(first));
  t.equal(serving.spare(), first, 'a build may have failed');
  serving.install(large);
  t.equal(serving.spare(), undefined, 'once only');
  const giveBack = serving.lend();
  serving.install(worldOf(THREE));
  left(5);
  const offered = [0, 1, 2].map(() => {
    const spare = serving.spare();
    serving.install(worldOf(THREE));
    return spare;
  });
  t.same(new Set(offered), new Set([second.memory, third.memory, undefined]), 'all but the one that is lent');
  giveBack();
  t.equal(serving.spare(), large.memory);
});

t.test('that a pool has nobody is said once, by an override or a reload, and when it is over', async (t) => {
  const { serving, overrides, logged } = await opened(t, THREE);
  const disable = (name: string): void => {
    overrides.add({ zone: 'example.org', mirror: name, reason: 'test', since: 0 });
    serving.overridden([`example.org/${name}`]);
  };
  disable('b');
  disable('c');
  t.same(logged, []);
  disable('a');
  t.same(logged, ['pool-empty', 'pool-empty'], 'dl and other');
  serving.install(worldOf(TWO));
  serving.refresh();
  t.same(logged.length, 2, 'a reload is no news of it');
  overrides.remove('example.org', 'b');
  serving.overridden(['example.org/b']);
  t.same(logged.slice(2), ['pool-empty-over'], 'of dl alone');
  const off = (pool = ''): string => zone('  a: { addresses: [192.0.2.1], weight: 0 }\n', pool);
  serving.install(worldOf(off()));
  t.same(logged.slice(3), ['pool-empty'], 'weights do the same');
  serving.install(worldOf(off(', may_be_empty: true')));
  t.same(logged.length, 4, 'where it is meant, nothing is said');
});

t.test('panic is said once, whatever is reloaded, and when it is over', async (t) => {
  const { serving, tables, judge, logged } = await opened(t, THREE);
  const [table] = tables;
  const panics = (each = table): boolean =>
    isInPanic(each?.state ?? new Int32Array(), each?.pools[0]?.stateAt ?? 0, 3);
  for (const address of ['192.0.2.1', '192.0.2.2']) serving.verdictsChanged([judge(address, 'down')]);
  t.equal(panics(), false);
  serving.verdictsChanged([judge('192.0.2.3', 'down')]);
  t.equal(panics(), true);
  t.same(logged, ['panic']);
  for (let i = 0; i < 3; i++) serving.install(worldOf(THREE));
  t.same(logged, ['panic'], 'a reload is no news of it');
  t.equal(panics(tables.at(-1)), true);
  serving.verdictsChanged([judge('192.0.2.1', 'up')]);
  t.same(logged, ['panic', 'panic-over']);
});

t.test('a verdict is in what users choose, touches no other name, and is no alarm there', async (t) => {
  const text = zone(mirror('a', 1) + mirror('b', 2) + mirror('c', 3), ', choose: [mirror]');
  const { serving, tables, judge, state, logged, watched } = await opened(t, text);
  t.same(watched, [4], 'nothing is probed for it');
  const [table] = tables;
  const owners = (table?.pools ?? []).map(({ name }) => name.owner.slice(0, -'.example.org'.length));
  t.same(owners, ['dl', 'other', 'a.dl', 'b.dl', 'c.dl']);
  const stands = (number: number) => {
    const pool = table?.pools[number];
    const words = table?.state ?? new Int32Array();
    return [
      state(table, number),
      isInPanic(words, pool?.stateAt ?? 0, 1),
      stateVersion(words, pool?.stateAt ?? 0),
    ];
  };
  const untouched = [2, 4].map(stands);
  serving.verdictsChanged([judge('192.0.2.2', 'down')]);
  t.same(
    [state(), ...stands(3).slice(0, 2)],
    ['up,down,up', 'up', true],
    'who is chosen alone is answered all the same',
  );
  t.same([2, 4].map(stands), untouched);
  serving.refresh();
  t.same(logged, []);
});

t.test('who came back grows step by step, and the order of members changes at midnight', async (t) => {
  const { serving, tables, judge, clock } = await opened(
    t,
    THREE.replace('answers: 2', 'answers: 2, slow_start: 10m'),
  );
  const [table] = tables;
  const words = (): { growth: number[]; ranks: string } => {
    const pool = table?.pools[0];
    const at = addressesAt(
      pool?.stateAt ?? 0,
      stateVersion(table?.state ?? new Int32Array(), pool?.stateAt ?? 0),
      3,
    );
    const all = [0, 1, 2].map((i) => table?.state[at + i * ADDRESS.WORDS] ?? 0);
    return { growth: all.map((word) => (word >>> 2) & 0xf), ranks: all.map((word) => word >>> 8).join() };
  };
  t.same(words().growth, [10, 10, 10]);
  const now = clock.now();
  const key = judge('192.0.2.2', 'up', { state: { ...unprobedState(now), verdict: 'up', returned: now } });
  serving.verdictsChanged([key]);
  t.same(words().growth, [10, 1, 10]);
  await clock.advance(61_000);
  t.same(words().growth, [10, 2, 10]);
  await clock.advance(600_000);
  t.same(words().growth, [10, 10, 10]);
  const orders = new Set<string>();
  for (let day = 0; day < 20; day++) {
    orders.add(words().ranks);
    await clock.advance(86_400_000);
  }
  t.ok(orders.size > 3, 'of six that there are');
});

t.test('where something fails once the service is open, that is stopped', async (t) => {
  const ended: string[] = [];
  const unused = (): never => {
    throw new Error('nobody asks for that here');
  };
  const quiet = (): void => undefined;
  const starting = startServing(
    worldOf(THREE),
    async () => ({
      transport: 'portable',
      endpoints: [],
      publish: unused,
      generation: unused,
      oldestGeneration: unused,
      mapOf: unused,
      workerDeaths: unused,
      silentWorkers: unused,
      table: unused,
      queue: unused,
      made: [],
      taken: [],
      govern: unused,
      policy: unused,
      secure: unused,
      tls: unused,
      relisten: unused,
      sums: unused,
      stop: async () => void ended.push('service'),
    }),
    {
      clock: createFakeClock(),
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      snapshot: () => ({ states: new Map(), overrides: createOverrides() }),
      watch: quiet,
      onPanics: () => {
        throw new TypeError('unforeseen');
      },
      signals: openSignals(),
    },
  );
  await t.rejects(starting, { message: 'unforeseen' });
  t.same(ended, ['service']);
});

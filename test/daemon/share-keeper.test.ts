/** The world is shared anew as mirrors come and go, by a thread, and no more often than it should be. */
import { EventEmitter, once } from 'node:events';
import t, { type Test } from 'tap';
import type { World } from '../../src/compile/world.js';
import { openPoolStates } from '../../src/daemon/pool-states.js';
import { keepWorldShares } from '../../src/daemon/share-keeper.js';
import { openSignals } from '../../src/daemon/signals.js';
import { indexTargets } from '../../src/daemon/target-index.js';
import { createWorldShares } from '../../src/daemon/world-shares.js';
import { embeddedDatabasePath } from '../../src/geo/embedded.js';
import { createOverrides } from '../../src/health/overrides.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { worldOf } from './live-world.js';

const ZONE = `zone: example.org
ns: [ns.example.net]
pools: { dl: { answers: 1, max_world_share: 0.4 }, other: {} }
mirrors:
  a: { addresses: [192.0.2.1], weight: 8 }
  b: { addresses: [192.0.2.2], weight: 1 }
  c: { addresses: [192.0.2.3], weight: 1 }
`;

async function scene(t: Test, text = ZONE, path = embeddedDatabasePath()) {
  const clock = createFakeClock();
  const signals = openSignals();
  const recording = createRecordingLog();
  const log: typeof recording = {
    ...recording,
    warn(fields, message) {
      recording.warn(fields, message);
      done.emit('warned');
    },
  };
  const live = worldOf(text);
  const world: World = {
    ...live.world,
    sources: { ...live.world.sources, location: { path, source: 'embedded' } },
  };
  const [shares, overrides] = [createWorldShares(), createOverrides()];
  const snapshot = () => ({ states: new Map(), overrides, shares });
  const states = openPoolStates({ ...live, world }, indexTargets(world), snapshot, clock);
  const done = new EventEmitter();
  let lent = 0;
  const serving = {
    index: () => states.index,
    sharing: () => states.sharing(),
    lend() {
      lent++;
      return () => void lent--;
    },
    overridden(mirrors: Iterable<string>) {
      states.update([...mirrors].flatMap((name) => states.index.placesOfMirror.get(name) ?? []));
      signals.emit('standingChanged');
      done.emit('shared');
    },
  };
  const keeper = keepWorldShares({ serving, shares, signals, clock, log, weights: undefined });
  t.teardown(() => keeper.stop());
  const disable = (mirror: string): void => {
    overrides.add({ zone: 'example.org', mirror, since: 0, reason: 'x', state: 'down' });
    serving.overridden([`example.org/${mirror}`]);
  };
  return { clock, keeper, shares, states, log, disable, done, lent: () => lent };
}

const POOL = { zone: 'example.org', owner: 'dl.example.org', family: 'ipv4' as const };

t.test('factors come, and others when a mirror goes', async (t) => {
  const { clock, shares, states, disable, done, lent } = await scene(t);
  const shared = async (ms: number): Promise<(number | undefined)[] | undefined> => {
    const next = once(done, 'shared');
    await clock.advance(ms);
    await next;
    await new Promise(setImmediate);
    t.equal(lent(), 0, 'the tables are given back');
    return states.availability(0).factors?.map((factor) => Math.round(factor * 100) / 100);
  };
  t.equal(states.availability(0).factors, undefined);
  t.same(await shared(0), [0.4, 1, 1]);
  t.equal(states.availability(1).factors, undefined, 'a pool without limits is left alone');
  const { limit, expected = 0 } = shares.of(POOL, 'a') ?? {};
  t.equal(limit, 0.4);
  t.ok(Math.abs(expected - 0.4) < 0.002);
  t.equal(clock.waiting(), 1, 'what was written is looked at once more');
  await clock.advance(5000);
  t.equal(clock.waiting(), 0, 'and is no news');

  disable('c');
  t.same(await shared(0), [0.5, 1, 1], 'two may not have all: both have as much too much');
  t.ok(Math.abs((shares.of(POOL, 'b')?.expected ?? 0) - 0.5) < 0.002);
  disable('b');
  await clock.advance(4999);
  t.equal(clock.waiting(), 1, 'not at once');
  t.same(await shared(1), undefined, 'who is alone has all');
  t.equal(shares.of(POOL, 'a')?.expected, 1);
});

t.test('weights of the world may be others, and a file may be damaged', async (t) => {
  const { clock, keeper, done, shares } = await scene(t);
  const first = once(done, 'shared');
  await clock.advance(0);
  await first;
  keeper.follow(new Map());
  const second = once(done, 'shared');
  await clock.advance(5000);
  await second;
  t.equal(shares.of(POOL, 'a')?.expected, 0, 'nobody asks');

  const damaged = await scene(t, ZONE, '/dev/null');
  const said = once(damaged.done, 'warned');
  await damaged.clock.advance(0);
  await said;
  t.match(damaged.log.lines, [{ event: 'shares-failed' }]);
  await new Promise(setImmediate);
  t.equal(damaged.lent(), 0);
  const again = once(damaged.done, 'warned');
  await damaged.clock.advance(59_999);
  t.equal(damaged.log.lines.length, 1);
  await damaged.clock.advance(1);
  await again;
  t.match(
    damaged.log.lines,
    [{}, { event: 'shares-failed' }],
    'it is tried again, though nothing has changed',
  );
});

t.test('no pool has limits: there is nothing to do', async (t) => {
  const { clock, shares } = await scene(t, ZONE.replace(', max_world_share: 0.4', ''));
  t.equal(clock.waiting(), 0);
  t.equal(shares.of(POOL, 'a'), undefined);
});

/** What a service manager hears of a server whose workers and zones are as the test says. */
import t from 'tap';
import { openServiceNotifier } from '../../src/daemon/service-notifier.js';
import { indexTargets } from '../../src/daemon/target-index.js';
import type { Availability } from '../../src/select/health-view.js';
import { NO_MANAGER } from '../../src/systemd/manager.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';
import { makeWorld } from './made-world.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { choose: [mirror] }, images: { mirrors: [one] } }
mirrors:
  one: { addresses: [192.0.2.1, "2001:db8::1"] }
  two: { addresses: [192.0.2.2] }
  off: { addresses: [192.0.2.3], weight: 0 }
`;

function serving(watchdog?: number) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const said: string[][] = [];
  const world = makeWorld([ZONE]);
  const index = indexTargets(world);
  const states: Availability[] = index.world.pools.map(({ members }) => ({
    panic: false,
    states: members.flatMap(({ addresses, mirror }) =>
      addresses.map(() => (mirror === 'off' ? ('off' as const) : ('up' as const))),
    ),
  }));
  let silent = 0;
  const notifier = openServiceNotifier({
    manager: { ...NO_MANAGER, tell: (...lines) => said.push([...lines]), watchdog },
    clock,
    log,
    serving: {
      index: () => index,
      published: (pool) => states[pool] ?? { panic: false, states: [] },
      isInPanic: (pool) => states[pool]?.panic ?? false,
    },
    service: { silentWorkers: () => silent },
  });
  return {
    notifier: notifier,
    clock,
    log,
    states: states,
    index: index,
    heard: () => said.splice(0),
    silence: (workers: number) => {
      silent = workers;
    },
  };
}

t.test('it is ready, says how things are when that changes, and ends', async (t) => {
  const { notifier, clock, states, index, heard } = serving();
  notifier.ready();
  await clock.advance(0);
  t.same(heard(), [['READY=1'], ['STATUS=1 zone, 3 of 3 addresses up']]);
  await clock.advance(60_000);
  t.same(heard(), []);
  const chosen = index.world.pools.findIndex(({ chosenFrom }) => chosenFrom !== undefined);
  states[chosen] = { panic: true, states: ['down'] };
  await clock.advance(5000);
  t.same(heard(), [], 'where users chose who is down, that is no news');
  const images = index.world.pools.findIndex(
    ({ owner, family }) => owner.startsWith('images') && family === 'ipv4',
  );
  states[images] = { panic: true, states: ['down'] };
  await clock.advance(5000);
  t.same(heard(), [['STATUS=1 zone, 2 of 3 addresses up, PANIC in 1 pool']], 'up is up in every pool');
  notifier.stop();
  t.same(heard(), [['STOPPING=1', 'STATUS=ending']]);
  t.equal(clock.waiting(), 0);
});

t.test('the watchdog is fed in time while every worker answers, and not while one does not', async (t) => {
  const { notifier, clock, heard, silence, log } = serving(30_000);
  notifier.ready();
  await clock.advance(0);
  heard();
  await clock.advance(30_000);
  t.ok(heard().filter(([line]) => line === 'WATCHDOG=1').length >= 3);
  silence(1);
  await clock.advance(60_000);
  t.same(heard(), [['STATUS=1 zone, 3 of 3 addresses up, 1 worker thread silent']]);
  t.same(log.events(), ['workers-silent'], 'said once');
  silence(0);
  await clock.advance(5000);
  t.same(heard(), [['WATCHDOG=1', 'STATUS=1 zone, 3 of 3 addresses up']]);
  notifier.stop();
});

t.test('a reload is announced, and its end, however it ends', async (t) => {
  const { notifier, heard } = serving();
  const reload = notifier.reloading(async () => {
    t.match(heard(), [['RELOADING=1', /^MONOTONIC_USEC=\d+$/]]);
    return 'done';
  });
  t.equal(await reload(), 'done');
  t.same(heard(), [['READY=1', 'STATUS=1 zone, 3 of 3 addresses up']]);
  const failing = notifier.reloading(() => Promise.reject(new Error('no')));
  await t.rejects(failing());
  t.match(heard(), [['RELOADING=1'], ['READY=1']]);
});

t.test('a reload that ends while the server does is no news', async (t) => {
  const { notifier, heard } = serving();
  await notifier.reloading(async () => notifier.stop())();
  t.same(
    heard().map(([line]) => line),
    ['RELOADING=1', 'STOPPING=1'],
  );
});

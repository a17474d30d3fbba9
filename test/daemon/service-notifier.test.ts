/** What a service manager hears of a server whose workers and zones are as the test says. */
import t from 'tap';
import { layOutZones, type World } from '../../src/compile/world.js';
import { announce } from '../../src/daemon/announcing.js';
import { makeRoster } from '../../src/daemon/roster.js';
import type { Availability } from '../../src/select/health-view.js';
import { NO_MANAGER } from '../../src/systemd/manager.js';
import { makeTable } from '../compile/make-table.js';
import { createFakeClock } from '../fake-clock.js';
import { createRecordingLog } from '../health/recording-log.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": {}, images: { mirrors: [one] } }
mirrors:
  one: { addresses: [192.0.2.1, "2001:db8::1"] }
  two: { addresses: [192.0.2.2] }
  off: { addresses: [192.0.2.3], weight: 0 }
`;

function serving(watchdog?: number) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const said: string[][] = [];
  const { zones, plans } = makeTable([ZONE]);
  const world: World = {
    zones: zones.map((zone) => ({ zone, text: '', file: zone.file })),
    refused: [],
    places: [],
    names: layOutZones(zones, plans),
    pools: plans,
    geo: [],
    sources: { location: { path: '', source: 'embedded' }, problems: [], passedOver: [] },
    maps: { memory: 0, octets: 0, onGrid: [] },
  };
  const roster = makeRoster(world);
  const standings: Availability[] = roster.world.pools.map(({ seats }) => ({
    panic: false,
    standing: seats.flatMap(({ addresses, mirror }) =>
      addresses.map(() => (mirror === 'off' ? ('off' as const) : ('up' as const))),
    ),
  }));
  let silent = 0;
  const announcing = announce({
    manager: { ...NO_MANAGER, tell: (...lines) => said.push([...lines]), watchdog },
    clock,
    log,
    serving: { roster: () => roster, published: () => standings },
    service: { silentWorkers: () => silent },
  });
  return {
    announcing,
    clock,
    log,
    standings,
    roster,
    heard: () => said.splice(0),
    silence: (workers: number) => {
      silent = workers;
    },
  };
}

t.test('it is ready, says how things are when that changes, and ends', async (t) => {
  const { announcing, clock, standings, roster, heard } = serving();
  announcing.ready();
  t.same(heard(), [['READY=1'], ['STATUS=1 zone, 3 of 3 addresses up']]);
  await clock.advance(60_000);
  t.same(heard(), []);
  const images = roster.world.pools.findIndex(
    ({ owner, family }) => owner.startsWith('images') && family === 'ipv4',
  );
  standings[images] = { panic: true, standing: ['down'] };
  await clock.advance(5000);
  t.same(heard(), [['STATUS=1 zone, 2 of 3 addresses up, PANIC in 1 pool']], 'up is up in every pool');
  announcing.stop();
  t.same(heard(), [['STOPPING=1', 'STATUS=ending']]);
  t.equal(clock.waiting(), 0);
});

t.test('the watchdog is fed in time while every worker answers, and not while one does not', async (t) => {
  const { announcing, clock, heard, silence, log } = serving(30_000);
  announcing.ready();
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
  announcing.stop();
});

t.test('a reload is announced, and its end, however it ends', async (t) => {
  const { announcing, heard } = serving();
  const reload = announcing.reloading(async () => {
    t.match(heard(), [['RELOADING=1', /^MONOTONIC_USEC=\d+$/]]);
    return 'done';
  });
  t.equal(await reload(), 'done');
  t.same(heard(), [['READY=1', 'STATUS=1 zone, 3 of 3 addresses up']]);
  const failing = announcing.reloading(() => Promise.reject(new Error('no')));
  await t.rejects(failing());
  t.match(heard(), [['RELOADING=1'], ['READY=1']]);
});

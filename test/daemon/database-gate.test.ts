/** A new database is judged before it serves, and held where it moves too much, over restarts too. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type DatabaseGate, openDatabaseGate } from '../../src/daemon/database-gate.js';
import { keepLastGood } from '../../src/daemon/last-good-databases.js';
import { openSignals } from '../../src/daemon/signals.js';
import { chooseSources, type GeoSources } from '../../src/geo/geo-sources.js';
import { GeopoolError } from '../../src/platform/errors.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock } from '../fake-clock.js';
import { writeMmdb } from '../mmdb-writer.js';
import { keptLog, scratch } from '../update/scenery.js';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

/** Built before it is found, as databases are. */
function database(day: number): Buffer {
  return writeMmdb({
    type: 'GeoLite2-City',
    buildEpoch: START / 1000 + (day - 5) * 86_400,
    entries: { '20.0.0.0/8': { country: { iso_code: 'DE' } } },
  });
}

async function setUp(t: Test) {
  const root = await scratch(t);
  const city = join(root, 'city.mmdb');
  const clock = createFakeClock(START);
  const log = keptLog();
  const signals = openSignals();
  const geo = { city, directory: join(root, 'geo'), lastGood: join(root, 'last-good'), mapMemory: 1e8 };
  const keeper = keepLastGood({
    files: createStateFiles({ directory: geo.lastGood, clock, log }),
    clock,
    log,
    onEnd: () => undefined,
  });
  t.teardown(() => keeper.stop());
  const told: string[] = [];
  signals.on('databaseHeld', (text) => told.push(text));
  let reloads = 0;
  signals.on('sourcesChanged', () => reloads++);
  let moved: number | Error = 0;
  let asked = 0;
  let allowed = 0.2;
  let forbidden: string | undefined;
  let gate: DatabaseGate | undefined;
  t.teardown(() => gate?.stop());
  const serve = async (refused?: ReadonlyMap<string, string>): Promise<GeoSources> => {
    const sources = chooseSources({ ...geo, configured: geo, now: clock.now(), ...(refused && { refused }) });
    await keeper.follow(sources);
    return sources;
  };
  await writeFile(city, database(0));
  await serve();
  return {
    clock,
    told,
    reloads: () => reloads,
    asked: () => asked,
    /** Each new database moves so much from now on, or fails to say. */
    moves(share: number | Error): void {
      moved = share;
    },
    /** The config's `max_shift` from now on. */
    allow(share: number): void {
      allowed = share;
    },
    /** Nothing can be written from now on. */
    forbid(reason: string): void {
      forbidden = reason;
    },
    async replace(day: number): Promise<void> {
      const beside = join(root, 'beside');
      await writeFile(beside, database(day));
      await rename(beside, city);
    },
    /** A server that starts; the one before has ended. */
    async open(): Promise<DatabaseGate> {
      await gate?.stop();
      gate = await openDatabaseGate({
        geo: () => geo,
        zones: () => ({ zones: root, hosts: new Map() }),
        maxShift: () => allowed,
        files: createStateFiles({ directory: root, clock, log, forbidden: async () => forbidden }),
        clock,
        log,
        signals,
        async shift({ before, after }) {
          asked++;
          t.same([before.city, after.city], [join(geo.lastGood, 'location.mmdb'), city]);
          if (moved instanceof Error) throw moved;
          return [
            { zone: 'example.org', pool: 'dl.example.org', family: 'ipv4', moved },
            { zone: 'example.org', pool: 'dl.example.org', family: 'ipv6', moved: 0 },
          ];
        },
      });
      return gate;
    },
    /** What serves after a reload. */
    async reload(): Promise<GeoSources['location']['source']> {
      await gate?.look();
      return (await serve(gate?.refused())).location.source;
    },
    start: async () => (await serve(gate?.refused())).location.source,
  };
}

t.test('one that moves little serves at once', async (t) => {
  const { open, replace, moves, reload, asked } = await setUp(t);
  const gate = await open();
  t.equal(await reload(), 'configured');
  t.equal(asked(), 0, 'nothing is new');
  moves(0.2);
  await replace(1);
  t.ok(gate.isBehind());
  t.equal(await reload(), 'configured');
  t.equal(asked(), 1);
  t.notOk(gate.isBehind());
  t.same(gate.held(), []);
  await t.rejects(gate.say('accepted'), { code: 'REQUEST_REFUSED' });
});

t.test('one that moves much is held, and said each day, until its time has come', async (t) => {
  const { open, replace, moves, reload, start, told, clock, reloads, asked } = await setUp(t);
  let gate = await open();
  moves(0.5);
  await replace(1);
  t.equal(await start(), 'kept', 'until it is known what it moves, the one before serves');
  t.equal(await reload(), 'kept');
  t.match(gate.held(), [{ pool: 'dl.example.org', moved: 0.5 }]);
  t.match(told, [/would move 50 % of the downloads of dl\.example\.org/]);
  await clock.advance(2 * DAY);
  t.equal(told.length, 3);
  gate = await open();
  t.equal(await start(), 'kept', 'over a restart too');
  t.notOk(gate.isBehind());
  await replace(2);
  t.equal(await reload(), 'kept', 'and so is the next');
  t.equal(asked(), 2);
  await clock.advance(12 * DAY - 1);
  t.equal(reloads(), 0);
  await clock.advance(DAY / 24);
  t.equal(reloads(), 1, 'its time has come, though a newer one came meanwhile');
  t.equal(await reload(), 'configured');
  await gate.look();
  t.same(gate.held(), []);
});

t.test('after one that was held and then served, the next waits as long', async (t) => {
  const { open, replace, moves, reload, clock } = await setUp(t);
  const gate = await open();
  moves(0.5);
  await replace(1);
  t.equal(await reload(), 'kept');
  await clock.advance(14 * DAY);
  t.equal(await reload(), 'configured');
  await clock.advance(DAY);
  await replace(16);
  t.equal(await reload(), 'kept');
  t.match(gate.held(), [{ since: START + 15 * DAY, ends: START + 41 * DAY }]);
});

t.test('an operator decides', async (t) => {
  const { open, replace, moves, reload, clock, reloads } = await setUp(t);
  let gate = await open();
  moves(0.5);
  await replace(1);
  await reload();
  t.match(await gate.say('rejected'), [{ said: 'rejected' }]);
  t.equal(reloads(), 1);
  gate = await open();
  await clock.advance(20 * DAY);
  t.equal(await reload(), 'kept', 'after 14 days too');
  await gate.say('accepted');
  t.equal(await reload(), 'configured');
  await gate.look();
  await replace(30);
  t.equal(await reload(), 'kept', 'the next is judged by itself');
});

t.test('what an operator decides holds even if it can not be written', async (t) => {
  const { open, replace, moves, reload, reloads, forbid } = await setUp(t);
  const gate = await open();
  moves(0.5);
  await replace(1);
  t.equal(await reload(), 'kept');
  forbid('the disk is full');
  await t.rejects(gate.say('accepted'), { code: 'STATE_UNUSABLE' });
  t.equal(reloads(), 1, 'it is read now, and not at some later reload');
  t.equal(await reload(), 'configured');
});

t.test('the config may allow more than when it was held', async (t) => {
  const { open, replace, moves, reload, allow } = await setUp(t);
  let gate = await open();
  moves(0.5);
  await replace(1);
  t.equal(await reload(), 'kept');
  await gate.say('rejected');
  allow(0.6);
  t.equal(await reload(), 'kept', 'what an operator rejected stays so');
  allow(0.2);
  await replace(2);
  t.equal(await reload(), 'kept');
  allow(0.5);
  t.equal(await reload(), 'configured');
  t.same(gate.held(), []);
  gate = await open();
  t.equal(await reload(), 'configured', 'over a restart too');
});

t.test('where it can not be told, the database serves', async (t) => {
  const { open, replace, moves, reload } = await setUp(t);
  await open();
  moves(new GeopoolError('ZONE_INVALID', 'all zone files are wrong'));
  await replace(1);
  t.equal(await reload(), 'configured');
});

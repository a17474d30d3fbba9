import { mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { keepLastGood, type LastGoodKeeper } from '../../src/daemon/last-good-databases.js';
import { chooseSources, type GeoSources } from '../../src/geo/geo-sources.js';
import { lastGoodPaths, readLastGood } from '../../src/geo/last-good.js';
import { createStateFiles } from '../../src/state/state-files.js';
import { createFakeClock, type FakeClock } from '../fake-clock.js';
import { writeMmdb } from '../mmdb-writer.js';
import { type KeptLog, keptLog, scratch } from '../update/scenery.js';

const DAY = 86_400_000;
const CITY = database('GeoLite2-City');
const COUNTRY = database('GeoLite2-Country');

function database(type: string): Buffer {
  return writeMmdb({ type, entries: { '192.0.2.0/24': { country: { iso_code: 'DE' } } } });
}

interface Scene {
  readonly directory: string;
  /** The configured database. */
  readonly city: string;
  readonly copy: string;
  readonly clock: FakeClock;
  readonly log: KeptLog;
  /** How often it was asked that something else serves. */
  readonly ends: () => number;
  /** What a server would serve now. */
  choose(): GeoSources;
  /** A server that starts; the one before has ended. */
  open(freeAt?: () => Promise<number>): LastGoodKeeper;
}

async function setUp(t: Test): Promise<Scene> {
  const root = await scratch(t);
  const directory = join(root, 'last-good');
  const city = join(root, 'city.mmdb');
  await writeFile(city, CITY);
  const clock = createFakeClock(Date.UTC(2026, 0, 1));
  const log = keptLog();
  let ends = 0;
  let running: LastGoodKeeper | undefined;
  t.teardown(() => running?.stop());
  return {
    directory,
    city,
    copy: lastGoodPaths(directory, 'location').copy,
    clock,
    log,
    ends: () => ends,
    choose: () =>
      chooseSources({
        configured: { city },
        directory: join(root, 'geo'),
        lastGood: directory,
        now: clock.now(),
      }),
    open(freeAt) {
      running?.stop();
      const keeper = keepLastGood({
        files: createStateFiles({ directory, clock, log }),
        clock,
        log,
        onEnd: () => ends++,
        ...(freeAt && { freeAt }),
      });
      running = keeper;
      return keeper;
    },
  };
}

t.test(
  'what serves is kept, and serves when its file is cut, damaged or gone, at the next start too',
  async (t) => {
    const { city, copy, open, choose } = await setUp(t);
    await open().follow(choose());
    t.same(await readFile(copy), CITY);
    t.match(choose().location, { path: city, source: 'configured' });

    await truncate(city, 300);
    t.match(choose().location, { path: copy, source: 'kept' }, 'cut in place');
    await writeFile(city, Buffer.from(CITY).fill(0xee, 0, 64));
    t.match(choose().location, { path: copy, source: 'kept' }, 'damaged in place');
    await rm(city);
    t.match(choose().location, { path: copy, source: 'kept' }, 'gone');
    await open().follow(choose());
    t.match(choose().location, { path: copy, source: 'kept' }, 'for whoever starts next');
  },
);

t.test('a newer one takes the place of the older one, which is on no disk any more', async (t) => {
  const { directory, city, copy, open, choose } = await setUp(t);
  const keeper = open();
  await keeper.follow(choose());
  await writeFile(`${city}.new`, COUNTRY);
  await rename(`${city}.new`, city);
  await keeper.follow(choose());
  t.same(await readFile(copy), COUNTRY);
  t.match(readLastGood(directory, 'location'), { type: 'GeoLite2-Country', origin: city });
  t.same((await readdir(directory)).sort(), ['location.json', 'location.mmdb']);
});

t.test('what is kept already is not copied again', async (t) => {
  const { copy, open, choose, log } = await setUp(t);
  await open().follow(choose());
  const before = await stat(copy);
  await open().follow(choose());
  t.equal((await stat(copy)).ino, before.ino);
  t.same(log.events(), ['database-kept']);
});

t.test("30 days after its file was lost, a copy of MaxMind's is destroyed, restarts or not", async (t) => {
  const { directory, city, copy, clock, open, choose, ends, log } = await setUp(t);
  await open().follow(choose());
  await clock.advance(90 * DAY);
  t.match(choose().location, { path: city }, 'however old what serves is');
  await rm(city);
  await open().follow(choose());
  await clock.advance(29 * DAY);
  const keeper = open();
  await keeper.follow(choose());
  t.match(choose().location, { path: copy });
  t.equal(ends(), 0);
  await clock.advance(DAY + 3_600_000);
  await keeper.follow(choose());
  t.match(choose().location, { source: 'embedded' });
  t.ok(ends() > 0, 'it was asked for something else to serve');
  t.same(await readdir(directory), []);
  t.equal(log.events().at(-1), 'database-destroyed');
});

t.test('a file that comes back within the 30 days ends them', async (t) => {
  const { directory, city, clock, open, choose } = await setUp(t);
  const keeper = open();
  await keeper.follow(choose());
  await rename(city, `${city}.away`);
  await keeper.follow(choose());
  t.equal(readLastGood(directory, 'location')?.lost, clock.now());
  await clock.advance(20 * DAY);
  await rename(`${city}.away`, city);
  await keeper.follow(choose());
  t.equal(readLastGood(directory, 'location')?.lost, undefined);
});

t.test('a clock that is years behind does not begin them', async (t) => {
  const { directory, city, copy, clock, open, choose } = await setUp(t);
  await open().follow(choose());
  await rm(city);
  clock.jump(-50 * 365 * DAY);
  await open().follow(choose());
  clock.jump(50 * 365 * DAY);
  await open().follow(choose());
  t.match(choose().location, { path: copy });
  t.equal(readLastGood(directory, 'location')?.lost, clock.now());
});

t.test('where there is no room for a copy, that is said once, and tried again', async (t) => {
  const { directory, copy, clock, log, open, choose } = await setUp(t);
  // A file where the directory should be.
  await writeFile(directory, '');
  const keeper = open();
  await keeper.follow({ location: choose().location, problems: [], passedOver: [] });
  t.match(keeper.problems(), [/^there is no copy of .*city\.mmdb for when it is damaged or gone: /]);
  await clock.advance(2 * 3_600_000);
  await keeper.follow({ location: choose().location, problems: [], passedOver: [] });
  t.same(log.events(), ['database-not-kept']);
  await rm(directory);
  await clock.advance(3_600_000);
  await keeper.follow({ location: choose().location, problems: [], passedOver: [] });
  t.same(keeper.problems(), []);
  t.same(await readFile(copy), CITY);
});

t.test('what a killed process left of a copy is removed', async (t) => {
  const { directory, open, choose } = await setUp(t);
  await mkdir(directory);
  await writeFile(join(directory, '.location.mmdb.4194304.tmp'), CITY.subarray(0, 100));
  await open().follow(choose());
  t.same((await readdir(directory)).sort(), ['location.json', 'location.mmdb']);
});

t.test('a disk with hardly any room is not filled up', async (t) => {
  const { directory, open, choose } = await setUp(t);
  let free = 2 ** 25;
  const keeper = open(async () => free);
  await keeper.follow(choose());
  t.match(keeper.problems(), [/gone: it has 1 MiB and 32 MiB are free$/]);
  t.same(await readdir(directory), []);
  free += CITY.length;
  await keeper.follow(choose());
  t.same(keeper.problems(), []);
});

t.test('one that is replaced while it is copied does not become the last good one', async (t) => {
  const { city, copy, open, choose } = await setUp(t);
  const keeper = open();
  const sources = choose();
  await keeper.follow(sources);
  await writeFile(city, COUNTRY);
  await keeper.follow({ ...sources, location: { ...sources.location, identity: 'before' } });
  t.same(await readFile(copy), CITY);
  t.match(keeper.problems(), [/replaced while it was copied/]);
});

t.test('an end gives a copy up, and has nothing to say of that', async (t) => {
  const { copy, directory, choose, open, log } = await setUp(t);
  let stop = (): void => undefined;
  const keeper = open(async () => {
    stop();
    return 2 ** 40;
  });
  stop = () => keeper.stop();
  await keeper.follow(choose());
  t.equal(readLastGood(directory, 'location'), undefined);
  await t.rejects(stat(copy), { code: 'ENOENT' });
  t.same(log.lines, []);
});

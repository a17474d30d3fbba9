import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { DOWNLOADS_A_DAY, EMPTY_LEDGER, noteCheck, noteDownload } from '../../src/update/ledger.js';
import { takeLock } from '../../src/update/lock.js';
import { keyFromText, type UpdateSettings } from '../../src/update/settings.js';
import { tidyDirectory } from '../../src/update/tidy.js';
import { createUpdater, type Updater, type UpdaterOptions } from '../../src/update/updater.js';
import { createFakeClock } from '../fake-clock.js';
import {
  cutAfter,
  type FakeUpdateServer,
  PUBLISHED,
  sendArchive,
  startFakeUpdateServer,
  status,
  tarGz,
} from './fake-update-server.js';
import {
  bytesOf,
  downloadsIn,
  filesIn,
  type HastyClock,
  hastyClock,
  type KeptLog,
  keptLog,
  ledgerText,
  PATIENT,
  scratch,
  until,
} from './scenery.js';

const CITY = 'GeoLite2-City';
const ASN = 'GeoLite2-ASN';
const OLD = bytesOf(1, 20_000);
const NEW = bytesOf(2, 300_000);

interface Scene {
  readonly server: FakeUpdateServer;
  readonly directory: string;
  readonly log: KeptLog;
  readonly clock: HastyClock;
  /** What became of the databases, in order. */
  readonly steps: string[];
  updater(overrides?: Partial<UpdaterOptions>, settings?: Partial<UpdateSettings>): Updater;
}

async function setUp(t: Test): Promise<Scene> {
  const server = await startFakeUpdateServer();
  const directory = await scratch(t);
  await server.publish(CITY, NEW);
  await server.publish(ASN, OLD);
  const log = keptLog();
  const clock = hastyClock();
  const steps: string[] = [];
  const updaters: Updater[] = [];
  t.teardown(async () => {
    for (const updater of updaters) await updater.stop();
    await server.close();
  });
  return {
    server,
    directory,
    log,
    clock,
    steps,
    updater(overrides = {}, settings = {}) {
      const updater = createUpdater({
        settings: {
          accountId: '42',
          readKey: keyFromText('Sesame'),
          editions: [CITY],
          host: server.host,
          directory,
          schedule: '0 0 1 1 *',
          ...settings,
        },
        clock,
        random: () => 0.5,
        log,
        files: filesIn(directory),
        version: '0.0.0',
        limits: PATIENT,
        verify: async (_path, edition) => {
          steps.push(`verify ${edition}`);
        },
        serve: async (edition) => {
          steps.push(`serve ${edition}`);
        },
        ...overrides,
      });
      updaters.push(updater);
      return updater;
    },
  };
}

const files = async (directory: string): Promise<string[]> => (await readdir(directory)).sort();

t.test('fetches what is new, and asks only for the hash of what is not', async (t) => {
  const { server, directory, updater, steps, log, clock } = await setUp(t);
  await writeFile(join(directory, `${CITY}.mmdb`), OLD);
  const one = updater();
  t.same(await one.updateNow(), [{ edition: CITY, outcome: 'updated' }]);
  t.same(steps, [`verify ${CITY}`, `serve ${CITY}`]);
  t.same(await readFile(join(directory, `${CITY}.mmdb`)), NEW);
  t.equal((await stat(join(directory, `${CITY}.mmdb`))).mtimeMs, Date.parse(PUBLISHED));
  t.same(await files(directory), [`${CITY}.mmdb`, 'updates.json']);
  t.match(log.lines, [
    { level: 'info', fields: { event: 'database-updated', edition: CITY, date: '2026-01-06' } },
  ]);

  t.same(await one.updateNow(), [{ edition: CITY, outcome: 'current' }]);
  t.equal(server.count('download'), 1);
  t.equal(server.count('metadata'), 2);
  t.same(steps.length, 2, 'what is current is not served again');
  t.same(one.status(), [{ edition: CITY, lastCheck: clock.now(), lastSuccess: clock.now() }]);
  t.match(server.asked[0]?.headers, { 'user-agent': 'geopool/0.0.0' });
});

t.test('makes the directory', async (t) => {
  const { directory, updater } = await setUp(t);
  const deep = join(directory, 'state', 'geo');
  t.match(await updater({ files: filesIn(deep) }, { directory: deep }).updateNow(), [{ outcome: 'updated' }]);
  t.same(await files(deep), [`${CITY}.mmdb`, 'updates.json']);
});

t.test('one edition that fails does not stop the others', async (t) => {
  const { server, directory, updater, log } = await setUp(t);
  server.once('metadata', status(404));
  const one = updater({}, { editions: [CITY, ASN] });
  const results = await one.updateNow();
  t.match(results, [
    { edition: CITY, outcome: 'failed', reason: /answered 404/ },
    { edition: ASN, outcome: 'updated' },
  ]);
  t.same(await files(directory), [`${ASN}.mmdb`, 'updates.json']);
  t.same(log.events(), ['database-update-failed', 'database-updated']);
  const [city, asn] = one.status();
  t.match(city, { edition: CITY, lastError: /answered 404/, lastSuccess: undefined });
  t.match(asn, { edition: ASN, lastError: undefined, lastSuccess: Number });
});

t.test('a 401 is asked exactly once, for all editions together', async (t) => {
  const { server, updater, clock } = await setUp(t);
  server.always('metadata', status(401));
  const results = await updater({}, { editions: [CITY, ASN] }).updateNow();
  t.match(results, [
    { edition: CITY, outcome: 'failed', reason: /account or key refused/ },
    { edition: ASN, outcome: 'failed', reason: /account or key refused/ },
  ]);
  t.equal(server.asked.length, 1);
  t.same(clock.waits, []);
});

t.test('503, then good', async (t) => {
  const { server, updater, clock, log } = await setUp(t);
  server.once('metadata', status(503));
  server.once('download', status(503));
  server.once('storage', status(500));
  t.match(await updater().updateNow(), [{ outcome: 'updated' }]);
  t.same(clock.waits, [2_000, 4_000, 8_000]);
  t.same(log.events(), ['update-retry', 'update-retry', 'update-retry', 'database-updated']);
});

t.test('429 with Retry-After: not sooner', async (t) => {
  const { server, updater, clock } = await setUp(t);
  server.once('metadata', status(429, { 'retry-after': '77' }));
  t.match(await updater().updateNow(), [{ outcome: 'updated' }]);
  t.same(clock.waits, [77_000]);
});

t.test('a server that stays down is left after five minutes, the old file untouched', async (t) => {
  const { server, directory, updater, clock } = await setUp(t);
  await writeFile(join(directory, `${CITY}.mmdb`), OLD);
  server.always('metadata', status(503));
  t.match(await updater().updateNow(), [{ outcome: 'failed', reason: /answered 503/ }]);
  t.equal(server.asked.length, 9);
  t.ok(clock.waits.reduce((sum, ms) => sum + ms) <= 300_000);
  t.same(await readFile(join(directory, `${CITY}.mmdb`)), OLD);
});

t.test('a cut download is fetched again', async (t) => {
  const { server, directory, updater } = await setUp(t);
  const archive = await tarGz([[{ name: 'x.mmdb' }, NEW]]);
  server.once('storage', cutAfter(archive, 100_000));
  t.match(await updater().updateNow(), [{ outcome: 'updated' }]);
  t.equal(server.count('storage'), 2);
  t.same(await readFile(join(directory, `${CITY}.mmdb`)), NEW);
  t.equal(await downloadsIn(directory), 2, 'both count');
});

t.test('a wrong hash is not', async (t) => {
  const { server, directory, updater } = await setUp(t);
  await writeFile(join(directory, `${CITY}.mmdb`), OLD);
  const forged = await tarGz([[{ name: 'x.mmdb' }, bytesOf(66, 1000)]]);
  server.always('storage', (_request, response) => sendArchive(response, forged));
  t.match(await updater().updateNow(), [{ outcome: 'failed', reason: /does not have the hash/ }]);
  t.equal(server.count('storage'), 1);
  t.same(await readFile(join(directory, `${CITY}.mmdb`)), OLD);
  t.same(await files(directory), [`${CITY}.mmdb`, 'updates.json']);
});

t.test('a corrupt database with the right hash stays out', async (t) => {
  const { directory, updater, steps } = await setUp(t);
  await writeFile(join(directory, `${CITY}.mmdb`), OLD);
  const verify = (): Promise<void> => Promise.reject(new Error('no metadata section'));
  t.match(await updater({ verify }).updateNow(), [
    { outcome: 'failed', reason: /not fit to serve: no metadata section/ },
  ]);
  t.same(steps, []);
  t.same(await readFile(join(directory, `${CITY}.mmdb`)), OLD);
  t.same(await files(directory), [`${CITY}.mmdb`, 'updates.json']);
});

t.test('one that can not be served makes room for the old one', async (t) => {
  const { directory, updater } = await setUp(t);
  await writeFile(join(directory, `${CITY}.mmdb`), OLD);
  const serve = (): Promise<void> => Promise.reject(new Error('compile worker died'));
  t.match(await updater({ serve }).updateNow(), [{ outcome: 'failed', reason: /compile worker died/ }]);
  t.same(await readFile(join(directory, `${CITY}.mmdb`)), OLD);
  t.same(await files(directory), [`${CITY}.mmdb`, 'updates.json']);
});

t.test('two that ask at once share a run', async (t) => {
  const { server, updater } = await setUp(t);
  const one = updater();
  const [first, second] = await Promise.all([one.updateNow(), one.updateNow()]);
  t.equal(first, second);
  t.equal(server.count('metadata'), 1);
  await one.updateNow();
  t.equal(server.count('metadata'), 2, 'and the next is a new one');
});

t.test('somebody else at work: nothing is asked, nothing is written', async (t) => {
  const { server, directory, updater } = await setUp(t);
  const lock = await takeLock(directory);
  await writeFile(join(directory, `.${CITY}.mmdb.1.tmp`), 'at work');
  const before = await files(directory);
  const one = updater({}, { editions: [CITY, ASN] });
  const results = await one.updateNow();
  t.match(results, [
    { edition: CITY, outcome: 'failed', reason: /another update is running/ },
    { edition: ASN, outcome: 'failed', reason: /another update is running/ },
  ]);
  t.match(one.status(), [{ lastError: /another update is running/ }, {}]);
  await one.start();
  t.equal(server.asked.length, 0);
  t.same(await files(directory), before);
  await lock.release();
  t.match(await one.updateNow(), [{ outcome: 'updated' }, { outcome: 'updated' }]);
});

t.test('no key: every edition says why', async (t) => {
  const { server, updater, directory } = await setUp(t);
  const one = updater({}, { readKey: keyFromText(' '), editions: [CITY, ASN] });
  t.match(await one.updateNow(), [
    { edition: CITY, outcome: 'failed', reason: /license key is empty/ },
    { edition: ASN, outcome: 'failed', reason: /license key is empty/ },
  ]);
  t.equal(server.asked.length, 0);
  t.same(await files(directory), ['updates.json'], 'and the lock is free');
});

t.test('an edition that nothing is known to do with is not even asked for', async (t) => {
  const { server, updater } = await setUp(t);
  t.match(await updater({}, { editions: ['GeoIP2-Domain', CITY] }).updateNow(), [
    { edition: 'GeoIP2-Domain', outcome: 'failed', reason: /no use for it/ },
    { edition: CITY, outcome: 'updated' },
  ]);
  t.equal(server.count('metadata'), 1);
});

t.test('a download that fails counts too', async (t) => {
  const { server, directory, updater, clock } = await setUp(t);
  let ledger = EMPTY_LEDGER;
  for (let i = 3; i < DOWNLOADS_A_DAY; i++) ledger = noteDownload(ledger, clock.now() - i * 1000);
  await writeFile(join(directory, 'updates.json'), ledgerText(ledger));
  server.always('storage', status(500));
  server.once('download', status(503));
  t.match(await updater().updateNow(), [
    { outcome: 'failed', reason: /limit of 30 downloads a day.*2026-01-08T11:59:31/ },
  ]);
  t.equal(server.count('download'), 3);
  t.equal(await downloadsIn(directory), 30);
});

t.test('says what is waited for', async (t) => {
  const { server, updater } = await setUp(t);
  const clock = createFakeClock();
  const one = updater({ clock }, { editions: [CITY, ASN] });
  server.once('download', status(503));
  const waits = () => one.status().map(({ waiting }) => waiting);
  const done = one.updateNow();
  await until(() => waits()[0] !== undefined);
  t.match(waits(), [/^127\.0\.0\.1:\d+ answered 503; asking again in 2 s$/, undefined]);
  await clock.advance(2_000);
  t.match(await done, [{ outcome: 'updated' }, { outcome: 'updated' }]);
  t.same(waits(), [undefined, undefined]);
});

t.test('thirty downloads a day, restarts included', async (t) => {
  const { server, directory, updater, clock } = await setUp(t);
  let ledger = EMPTY_LEDGER;
  for (let i = 1; i < DOWNLOADS_A_DAY; i++) ledger = noteDownload(ledger, clock.now() - i * 1000);
  await writeFile(join(directory, 'updates.json'), ledgerText(ledger));
  t.match(await updater({}, { editions: [CITY, ASN] }).updateNow(), [
    { edition: CITY, outcome: 'updated' },
    { edition: ASN, outcome: 'failed', reason: /limit of 30 downloads a day/ },
  ]);
  t.match(await updater({}, { editions: [CITY, ASN] }).updateNow(), [
    { edition: CITY, outcome: 'current' },
    { edition: ASN, outcome: 'failed', reason: /limit of 30 downloads a day/ },
  ]);
  t.equal(server.count('download'), 1);
  const tomorrow = hastyClock(clock.now() + 86_400_000);
  t.match(await updater({ clock: tomorrow }, { editions: [ASN] }).updateNow(), [{ outcome: 'updated' }]);
});

t.test('what is remembered survives a restart', async (t) => {
  const { updater, clock } = await setUp(t);
  await updater().updateNow();
  const restarted = updater();
  t.same(restarted.status(), [{ edition: CITY }]);
  await restarted.start();
  t.match(restarted.status(), [
    { edition: CITY, lastCheck: clock.now(), lastSuccess: clock.now(), nextRun: Number },
  ]);
});

t.test('a start looks soon when something is due', async (t) => {
  const { directory, server, updater } = await setUp(t);
  const clock = createFakeClock();
  const one = updater({ clock });
  await one.start();
  t.equal(one.status()[0]?.nextRun, clock.now() + 12_500);
  t.equal(server.asked.length, 0, 'not at once');
  await clock.advance(12_500);
  await one.updateNow();
  t.equal(server.count('metadata'), 1, 'the run that was joined is the one that was due');
  t.same(await readFile(join(directory, `${CITY}.mmdb`)), NEW);
});

t.test('and waits for the schedule when nothing is', async (t) => {
  const { server, directory, updater } = await setUp(t);
  const clock = createFakeClock();
  await writeFile(join(directory, `${CITY}.mmdb`), OLD);
  await writeFile(
    join(directory, 'updates.json'),
    ledgerText(noteCheck(EMPTY_LEDGER, CITY, clock.now() - 1000)),
  );
  const one = updater({ clock });
  await one.start();
  await clock.advance(30_000);
  t.equal(server.count('metadata'), 0);
  const next = new Date(one.status()[0]?.nextRun ?? 0);
  t.same([next.getMonth(), next.getDate()], [0, 1]);
});

t.test('plain http is said', async (t) => {
  const { updater, log } = await setUp(t);
  await updater().start();
  t.same(log.events(), ['update-host-plain']);
});

t.test('what a killed process left is tidied up', async (t) => {
  const { directory, log } = await setUp(t);
  await writeFile(join(directory, `.${CITY}.mmdb.4194305.tmp`), 'half');
  await writeFile(join(directory, `${ASN}.mmdb.previous`), OLD);
  await tidyDirectory(directory, log);
  t.same(await files(directory), [`${ASN}.mmdb`]);
  t.match(log.lines.at(-1)?.fields, { event: 'update-leftovers', restored: [`${ASN}.mmdb`] });
});

t.test('a stop cuts off a download, frees the lock, and is no failure of the edition', async (t) => {
  const { server, directory, updater, log } = await setUp(t);
  await writeFile(join(directory, `${CITY}.mmdb`), OLD);
  const archive = await tarGz([[{ name: 'x.mmdb' }, NEW]]);
  server.once('storage', (_request, response) => {
    response.writeHead(200, { 'last-modified': PUBLISHED, 'content-length': archive.length });
    response.write(archive.subarray(0, 100_000));
  });
  const one = updater();
  const running = one.updateNow();
  while (!(await files(directory)).includes(`.${CITY}.mmdb.${process.pid}.tmp`));
  await one.stop();
  t.match(await running, [{ outcome: 'failed', reason: 'the update was stopped' }]);
  t.same(await files(directory), [`${CITY}.mmdb`, 'updates.json']);
  t.same(log.events(), []);
  t.equal(one.status()[0]?.lastError, undefined);
  t.match(
    await one.updateNow(),
    [{ outcome: 'failed', reason: 'the update was stopped' }],
    'nor is it begun again',
  );
  t.equal(server.count('metadata'), 1);
});

t.test('a stop before the start keeps it from starting', async (t) => {
  const { updater } = await setUp(t);
  const one = updater();
  await one.stop();
  await one.start();
  t.equal(one.status()[0]?.nextRun, undefined);
});

t.test('a directory that can not be made is the reason', async (t) => {
  const { directory, updater } = await setUp(t);
  await writeFile(join(directory, 'file'), '');
  const inFile = join(directory, 'file', 'geo');
  t.match(await updater({}, { directory: inFile }).updateNow(), [
    { outcome: 'failed', reason: /^can't make .*ENOTDIR/ },
  ]);
});

t.test('a previous that a kill left does not hide a newer database', async (t) => {
  const { directory, updater } = await setUp(t);
  await writeFile(join(directory, `${CITY}.mmdb`), NEW);
  await utimes(join(directory, `${CITY}.mmdb`), 1, 1);
  await writeFile(join(directory, `${CITY}.mmdb.previous`), OLD);
  await mkdir(join(directory, 'unrelated'));
  t.match(await updater().updateNow(), [{ outcome: 'current' }]);
  t.same(await files(directory), [`${CITY}.mmdb`, 'unrelated', 'updates.json']);
});

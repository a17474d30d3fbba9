import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { LOCK_NAME } from '../../src/update/lock.js';
import { keyFromText } from '../../src/update/settings.js';
import { tidyDirectory } from '../../src/update/tidy.js';
import { createUpdater, type Updater } from '../../src/update/updater.js';
import { type FakeUpdateServer, PUBLISHED, startFakeUpdateServer, tarGz } from './fake-update-server.js';
import { bytesOf, downloadsIn, filesIn, hastyClock, keptLog, PATIENT, scratch, until } from './scenery.js';

const EDITION = 'GeoLite2-City';
const OLD = bytesOf(1, 20_000);
const NEW = bytesOf(2, 300_000);
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const VICTIM = fileURLToPath(new URL(`./victim.${extension}`, import.meta.url));

interface Scene {
  readonly server: FakeUpdateServer;
  readonly directory: string;
  readonly updater: Updater;
  victim(where: string): ChildProcess;
}

async function setUp(t: Test): Promise<Scene> {
  const server = await startFakeUpdateServer();
  const directory = await scratch(t);
  await server.publish(EDITION, NEW);
  await writeFile(join(directory, `${EDITION}.mmdb`), OLD);
  const children: ChildProcess[] = [];
  const updater = createUpdater({
    settings: {
      accountId: '42',
      readKey: keyFromText('Sesame'),
      editions: [EDITION],
      host: server.host,
      directory,
      schedule: '0 0 1 1 *',
    },
    clock: hastyClock(Date.now()),
    random: () => 0.5,
    log: keptLog(),
    files: filesIn(directory),
    version: '0.0.0',
    limits: PATIENT,
    verify: async () => undefined,
    serve: async () => undefined,
  });
  t.teardown(async () => {
    for (const child of children) child.kill('SIGKILL');
    await updater.stop();
    await server.close();
  });
  return {
    server,
    directory,
    updater,
    victim(where) {
      const child = fork(VICTIM, [server.host, directory, EDITION, where], { stdio: 'ignore', execArgv: [] });
      children.push(child);
      return child;
    },
  };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function said(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (message === word) resolve();
    });
  });
}

const database = (directory: string): Promise<Buffer> => readFile(join(directory, `${EDITION}.mmdb`));

t.test('left alone, the other process updates, and ends although its timers do not hold it', async (t) => {
  const { directory, victim, server } = await setUp(t);
  server.once('metadata', (_request, response) => response.writeHead(503).end());
  const child = victim('nowhere');
  const exited = once(child, 'exit');
  await said(child, 'updated');
  t.same(await exited, [0, null]);
  t.same(await database(directory), NEW);
});

t.test('killed in the middle of a download', async (t) => {
  const { directory, victim, server, updater } = await setUp(t);
  const archive = await tarGz([[{ name: 'x.mmdb' }, NEW]]);
  server.once('storage', (_request, response) => {
    response.writeHead(200, { 'last-modified': PUBLISHED, 'content-length': archive.length });
    response.write(archive.subarray(0, 200_000));
  });
  const child = victim('nowhere');
  const temporary = `.${EDITION}.mmdb.${child.pid}.tmp`;
  await until(() => server.count('storage') === 1);
  for (;;) if ((await readdir(directory)).includes(temporary)) break;
  t.match(await updater.updateNow(), [
    { outcome: 'failed', reason: new RegExp(`process ${child.pid} holds`) },
  ]);
  await kill(child);
  const left = await readdir(directory);
  t.ok(left.includes(temporary) && left.includes(LOCK_NAME), 'it left its things');
  t.same(await database(directory), OLD);
  t.match(await updater.updateNow(), [{ outcome: 'updated' }]);
  t.same((await readdir(directory)).sort(), [`${EDITION}.mmdb`, 'updates.json']);
  t.same(await database(directory), NEW);
  t.equal(await downloadsIn(directory), 2);
});

t.test('killed while verifying: the old one stays until the next run', async (t) => {
  const { directory, victim, updater } = await setUp(t);
  const child = victim('verify');
  await said(child, 'verify');
  await kill(child);
  t.same(await database(directory), OLD);
  t.match(await updater.updateNow(), [{ outcome: 'updated' }]);
  t.same((await readdir(directory)).sort(), [`${EDITION}.mmdb`, 'updates.json']);
});

t.test('killed between swap and serve: the new one is in place, the old one goes', async (t) => {
  const { directory, victim, updater } = await setUp(t);
  const child = victim('serve');
  await said(child, 'serve');
  await kill(child);
  t.ok((await readdir(directory)).includes(`${EDITION}.mmdb.previous`));
  t.same(await database(directory), NEW);
  await tidyDirectory(directory, keptLog());
  t.same((await readdir(directory)).sort(), [`${EDITION}.mmdb`, 'updates.json']);
  t.match(await updater.updateNow(), [{ outcome: 'current' }]);
});

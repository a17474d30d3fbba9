import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { Agent } from 'undici';
import { systemClock } from '../../src/platform/clock.js';
import { UpdateFault } from '../../src/update/fault.js';
import {
  type Fetched,
  type FetchOptions,
  fetchEdition,
  md5OfFile,
  NO_FILE_MD5,
} from '../../src/update/protocol.js';
import { putInPlace } from '../state/odd-files.js';
import {
  cutAfter,
  type FakeUpdateServer,
  md5,
  metadataOf,
  PUBLISHED,
  sendArchive,
  sendJson,
  startFakeUpdateServer,
  tarGz,
} from './fake-update-server.js';
import { bytesOf, hastyClock, PATIENT, scratch } from './scenery.js';

const EDITION = 'GeoLite2-City';
const OLD = bytesOf(1, 10_000);
const NEW = bytesOf(2, 500_000);

interface Scene {
  readonly server: FakeUpdateServer;
  readonly directory: string;
  readonly spent: () => number;
  fetch(overrides?: Partial<FetchOptions>): Promise<Fetched>;
}

async function setUp(t: Test): Promise<Scene> {
  const server = await startFakeUpdateServer();
  const directory = await scratch(t);
  const dispatcher = new Agent();
  t.teardown(async () => {
    await dispatcher.destroy();
    await server.close();
  });
  await server.publish(EDITION, NEW);
  let spent = 0;
  return {
    server,
    directory,
    spent: () => spent,
    fetch: (overrides = {}) =>
      fetchEdition({
        settings: { accountId: '42', host: server.host, directory },
        key: 'Sesame',
        edition: EDITION,
        localMd5: md5(OLD),
        way: { dispatcher },
        clock: hastyClock(),
        signal: new AbortController().signal,
        userAgent: 'geopool/0.0.0',
        limits: PATIENT,
        allowance: {
          check: () => undefined,
          async spend() {
            spent++;
          },
        },
        ...overrides,
      }),
  };
}

t.test('the hash of a file, and of none', async (t) => {
  const path = join(await scratch(t), 'x');
  t.equal(await md5OfFile(path), NO_FILE_MD5);
  await writeFile(path, OLD);
  t.equal(await md5OfFile(path), md5(OLD));
  await t.rejects(md5OfFile(join(path, '..')), {
    code: 'UPDATE_FAILED',
    message: /can't read .*: this is not a file/,
  });
});

t.test('whatever lies there has no hash, and is not waited for', async (t) => {
  const path = join(await scratch(t), 'x.mmdb');
  for (const odd of ['a directory', 'a FIFO', 'a device', 'a bad disk']) {
    putInPlace(odd, path);
    await t.rejects(md5OfFile(path), { code: 'UPDATE_FAILED', message: /^can't read .*x\.mmdb: / }, odd);
  }
});

t.test('the same hash: nothing is downloaded', async (t) => {
  const { server, fetch, directory, spent } = await setUp(t);
  t.same(await fetch({ localMd5: md5(NEW) }), { kind: 'current', date: '2026-01-06' });
  t.equal(server.asked.length, 1);
  t.equal(spent(), 0);
  t.same(await readdir(directory), []);
});

t.test('another hash: a temporary file, and two requests as geoipupdate makes them', async (t) => {
  const { server, fetch, directory, spent } = await setUp(t);
  const fetched = await fetch();
  const path = join(directory, `.${EDITION}.mmdb.${process.pid}.tmp`);
  t.same(fetched, {
    kind: 'fetched',
    path,
    md5: md5(NEW),
    date: '2026-01-06',
    lastModified: new Date(PUBLISHED),
  });
  t.same(await readFile(path), NEW);
  t.same(
    server.asked.map(({ url }) => url),
    [
      `/geoip/updates/metadata?edition_id=${EDITION}`,
      `/geoip/databases/${EDITION}/download?date=20260106&suffix=tar.gz`,
      `/signed/${EDITION}?signature=of-the-storage`,
    ],
  );
  const basic = `Basic ${Buffer.from('42:Sesame').toString('base64')}`;
  t.same(
    server.asked.map(({ headers }) => headers.authorization),
    [basic, basic, undefined],
  );
  t.equal(spent(), 1);
});

t.test('a base URL may have a path', async (t) => {
  const { server, fetch, directory } = await setUp(t);
  await fetch({ settings: { accountId: '42', host: `${server.host}/mirror`, directory } }).catch(
    () => undefined,
  );
  t.equal(server.asked[0]?.url, `/mirror/geoip/updates/metadata?edition_id=${EDITION}`);
});

t.test('thirty-two zeros from the server do not make a missing file current', async (t) => {
  const { server, fetch } = await setUp(t);
  server.once('metadata', (_request, response) => sendJson(response, metadataOf(EDITION, NO_FILE_MD5)));
  await t.rejects(fetch({ localMd5: NO_FILE_MD5 }), { message: /does not have the hash/ });
});

t.test('no allowance: no download', async (t) => {
  const { server, fetch } = await setUp(t);
  const allowance: FetchOptions['allowance'] = {
    check() {
      throw new UpdateFault('final', 'no more today');
    },
    spend: async () => undefined,
  };
  await t.rejects(fetch({ allowance }), { message: 'no more today' });
  t.equal(server.count('download'), 0);
  t.match(await fetch({ allowance, localMd5: md5(NEW) }), { kind: 'current' }, 'asking is free');
});

t.test('whatever is wrong with a download, nothing is left', async (t) => {
  const { server, fetch, directory } = await setUp(t);
  const archive = await tarGz([[{ name: 'x.mmdb' }, NEW]]);
  const cases: [string, Parameters<FakeUpdateServer['once']>[1], string, RegExp][] = [
    ['cut', cutAfter(archive, 200_000), 'passing', /cut short/],
    ['empty', (_request, response) => sendArchive(response, Buffer.alloc(0)), 'passing', /cut short/],
    ['no gzip', (_request, response) => sendArchive(response, Buffer.from('<html>')), 'final', /not gzip/],
    ['no tar', (_request, response) => sendArchive(response, gzipSync(NEW)), 'final', /not a tar/],
  ];
  const wrong = await tarGz([[{ name: 'x.mmdb' }, OLD]]);
  const empty = await tarGz([[{ name: 'README' }, 'hi']]);
  const link = await tarGz([[{ name: 'x.mmdb', type: 'symlink', linkname: '/etc/passwd' }, '']]);
  cases.push(
    [
      'another database',
      (_request, response) => sendArchive(response, wrong),
      'final',
      /does not have the hash/,
    ],
    ['no database', (_request, response) => sendArchive(response, empty), 'final', /no \.mmdb/],
    ['a link', (_request, response) => sendArchive(response, link), 'final', /not a regular file/],
    ['no date', (_request, response) => response.end(archive), 'final', /no usable Last-Modified/],
    [
      'a date that is none',
      (_request, response) => response.writeHead(200, { 'last-modified': 'yesterday' }).end(archive),
      'final',
      /no usable Last-Modified/,
    ],
  );
  for (const [name, handler, kind, message] of cases) {
    server.once('storage', handler);
    await t.rejects(fetch(), { code: 'UPDATE_FAILED', kind, message }, name);
    t.same(await readdir(directory), [], name);
  }
});

t.test('hostile names in the archive end in our file', async (t) => {
  const { server, fetch, directory } = await setUp(t);
  for (const name of ['../../etc/passwd.mmdb', '/tmp/geopool-should-not-be-here.mmdb']) {
    const archive = await tarGz([[{ name }, NEW]]);
    server.once('storage', (_request, response) => sendArchive(response, archive));
    t.match(await fetch(), { kind: 'fetched' });
    const [only, ...more] = await readdir(directory);
    t.equal(only, `.${EDITION}.mmdb.${process.pid}.tmp`);
    t.same(more, []);
    await t.rejects(readFile('/tmp/geopool-should-not-be-here.mmdb'), { code: 'ENOENT' });
    await rm(join(directory, only ?? ''));
  }
});

t.test('a body without end meets the ceiling', async (t) => {
  const { server, fetch, directory } = await setUp(t);
  let closed = false;
  server.once('storage', (_request, response) => {
    response.writeHead(200, { 'last-modified': PUBLISHED });
    const more = (): void => {
      while (!response.destroyed && response.write(gzipSync(bytesOf(9, 60_000))));
    };
    response.on('drain', more);
    response.on('close', () => {
      closed = true;
    });
    // The head of a real archive, so that it is unpacked and goes on inside of the database.
    void tarGz([[{ name: 'x.mmdb', size: 4_000_000 }, bytesOf(4, 4_000_000)]]).then((whole) => {
      response.write(whole);
      more();
    });
  });
  await t.rejects(fetch({ limits: { ...PATIENT, maxBytes: 1_000_000 } }), {
    kind: 'final',
    message: /longer than/,
  });
  t.same(await readdir(directory), []);
  while (!closed) await new Promise((resolve) => setImmediate(resolve));
});

t.test('a body that drips meets the idle deadline', async (t) => {
  const { server, fetch, directory } = await setUp(t);
  const archive = await tarGz([[{ name: 'x.mmdb' }, NEW]]);
  server.once('storage', (_request, response) => {
    response.writeHead(200, { 'last-modified': PUBLISHED, 'content-length': archive.length });
    response.write(archive.subarray(0, 100_000));
  });
  const limits = { ...PATIENT, idleMs: 60 };
  await t.rejects(fetch({ limits, clock: systemClock }), {
    kind: 'passing',
    message: 'nothing came for 60ms',
  });
  t.same(await readdir(directory), []);
});

t.test('a body that drips just fast enough meets the overall deadline', async (t) => {
  const { server, fetch, directory } = await setUp(t);
  const archive = await tarGz([[{ name: 'x.mmdb' }, NEW]]);
  server.once('storage', (_request, response) => {
    response.writeHead(200, { 'last-modified': PUBLISHED, 'content-length': archive.length });
    let at = 0;
    const timer = setInterval(() => response.write(archive.subarray(at++, at)), 5);
    response.on('close', () => clearInterval(timer));
  });
  const limits = { ...PATIENT, overallMs: 200 };
  await t.rejects(fetch({ limits, clock: systemClock }), {
    kind: 'passing',
    message: /not done after 200ms/,
  });
  t.same(await readdir(directory), []);
});

t.test('metadata that hangs or breaks off may pass', async (t) => {
  const { server, fetch } = await setUp(t);
  server.once('metadata', (_request, response) => {
    response.writeHead(200, { 'content-length': 500 });
    response.write('{', () => response.destroy());
  });
  await t.rejects(fetch(), { kind: 'passing', message: /metadata of GeoLite2-City was cut short/ });
});

t.test('metadata about something else stops before any download', async (t) => {
  const { server, fetch } = await setUp(t);
  const one = { edition_id: EDITION, md5: md5(NEW), date: '2026-01-06' };
  for (const databases of [[{ ...one, edition_id: 'GeoLite2-ASN' }], [one, one], []]) {
    server.once('metadata', (_request, response) => sendJson(response, { databases }));
    await t.rejects(fetch(), { code: 'UPDATE_FAILED', kind: 'final' });
  }
  t.equal(server.count('download'), 0);
});

t.test('a stop ends a download with its reason', async (t) => {
  const { server, fetch, directory } = await setUp(t);
  const stopping = new AbortController();
  server.once('storage', (_request, response) => {
    response.writeHead(200, { 'last-modified': PUBLISHED, 'content-length': 1_000_000 });
    response.write('x');
    stopping.abort(new UpdateFault('final', 'stopped'));
  });
  await t.rejects(fetch({ signal: stopping.signal }), { message: 'stopped' });
  t.same(await readdir(directory), []);
});

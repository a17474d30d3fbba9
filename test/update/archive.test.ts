import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { unpackDatabase } from '../../src/update/archive.js';
import { UpdateFault } from '../../src/update/fault.js';
import { md5, type TarEntry, tar, tarGz } from './fake-update-server.js';
import { bytesOf, scratch } from './scenery.js';

const DATABASE = bytesOf(1, 700_001);

interface Overrides {
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

async function unpack(t: Test, body: Readable | Uint8Array, overrides: Overrides = {}) {
  const directory = await scratch(t);
  const path = join(directory, 'out');
  const stream = body instanceof Readable ? body : Readable.from(slices(body));
  const result = await unpackDatabase({
    body: stream,
    path,
    maxBytes: 10_000_000,
    signal: new AbortController().signal,
    touch: () => undefined,
    ...overrides,
  }).then(
    (hash) => ({ hash }),
    (error: unknown) => ({ error }),
  );
  t.ok(stream.destroyed, 'nobody goes on reading');
  return { ...result, path, names: await readdir(directory) };
}

function* slices(bytes: Uint8Array): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 10_007) yield Buffer.from(bytes.subarray(at, at + 10_007));
}

const before: TarEntry = [{ name: 'X_20260106/COPYRIGHT.txt' }, 'words'];
const after: TarEntry = [{ name: 'X_20260106/other.mmdb' }, 'the second is not looked at'];

t.test('the first .mmdb comes out, with its hash', async (t) => {
  const { path, ...result } = await unpack(
    t,
    await tarGz([before, [{ name: 'X_20260106/X.mmdb' }, DATABASE], after]),
  );
  t.match(result, { hash: md5(DATABASE) });
  t.same(await readFile(path), DATABASE);
});

t.test('long names and directories in front do not matter', async (t) => {
  const directory: TarEntry = [{ name: 'd.mmdb.d/', type: 'directory' }, ''];
  const name = `${'deep/'.repeat(60)}X.mmdb`;
  const { path } = await unpack(t, await tarGz([directory, [{ name }, DATABASE]]));
  t.same(await readFile(path), DATABASE);
});

t.test('hostile names are only names', async (t) => {
  for (const name of ['../../etc/passwd.mmdb', '/etc/passwd.mmdb', '..\\..\\x.mmdb', '.mmdb', 'a\nb.mmdb']) {
    const { path, names } = await unpack(t, await tarGz([[{ name }, DATABASE]]));
    t.same(names, ['out'], JSON.stringify(name));
    t.same(await readFile(path), DATABASE);
  }
});

t.test('what is no regular file is refused', async (t) => {
  const link: TarEntry[] = [
    [{ name: 'x.mmdb', type: 'symlink', linkname: '/etc/passwd' }, ''],
    [{ name: 'x.mmdb', type: 'link', linkname: '/etc/passwd' }, ''],
    [{ name: 'x.mmdb', type: 'fifo' }, ''],
    [{ name: 'x.mmdb', type: 'character-device' }, ''],
  ];
  for (const entry of link) {
    const { names, ...result } = await unpack(t, await tarGz([entry, [{ name: 'y.mmdb' }, DATABASE]]));
    t.match(result, { error: { code: 'UPDATE_FAILED', kind: 'final', message: /not a regular file/ } });
    t.same(names, []);
  }
});

t.test('faults of the archive', async (t) => {
  const good = await tarGz([before, [{ name: 'X.mmdb' }, DATABASE]]);
  const cutTar = (await tar([[{ name: 'X.mmdb' }, DATABASE]])).subarray(0, 300_000);
  const damaged = Buffer.from(good);
  damaged.fill(0xff, 200_000, 200_100);
  const cases: [string, Uint8Array, string, RegExp][] = [
    ['no .mmdb inside', await tarGz([before]), 'final', /holds no \.mmdb/],
    ['an empty archive', gzipSync(Buffer.alloc(1024)), 'final', /holds no \.mmdb/],
    ['not gzip', Buffer.from('<html>sorry</html>'), 'final', /not gzip/],
    ['not tar', gzipSync(bytesOf(2, 5000)), 'final', /not a tar/],
    ['a cut tar in whole gzip', gzipSync(cutTar), 'final', /cut/],
    ['cut gzip', good.subarray(0, 300_000), 'passing', /cut short/],
    ['cut in the header', good.subarray(0, 5), 'passing', /cut short/],
    ['nothing', Buffer.alloc(0), 'passing', /cut short/],
    ['damaged gzip', damaged, 'final', /damaged/],
  ];
  for (const [name, body, kind, message] of cases) {
    const { error } = { error: undefined, ...(await unpack(t, body)) };
    t.match(error, { code: 'UPDATE_FAILED', kind, message }, name);
  }
});

t.test('a broken connection is told apart from a broken archive', async (t) => {
  const good = await tarGz([[{ name: 'X.mmdb' }, DATABASE]]);
  const body = Readable.from(
    (async function* () {
      yield good.subarray(0, 100_000);
      throw Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
    })(),
  );
  t.match(await unpack(t, body), {
    error: { kind: 'passing', message: 'the download was cut short (UND_ERR_SOCKET)' },
  });
});

t.test('sizes are bounded: compressed, unpacked, and as announced', async (t) => {
  const maxBytes = 100_000;
  const incompressible = await tarGz([[{ name: 'junk' }, DATABASE]]);
  t.match(await unpack(t, incompressible, { maxBytes }), {
    error: { kind: 'final', message: /the download is longer/ },
  });
  const bomb = await tarGz([[{ name: 'junk' }, Buffer.alloc(5_000_000)]]);
  t.ok(bomb.length < maxBytes);
  t.match(await unpack(t, bomb, { maxBytes }), {
    error: { kind: 'final', message: /unpacked archive is longer/ },
  });
  const announced = gzipSync((await tar([[{ name: 'x.mmdb' }, Buffer.alloc(200_000)]])).subarray(0, 1024));
  t.match(await unpack(t, announced, { maxBytes }), {
    error: { kind: 'final', message: /the database is longer/ },
  });
});

t.test('an endless body ends', async (t) => {
  const body = Readable.from(
    (function* () {
      yield gzipSync(Buffer.alloc(0));
      for (;;) yield gzipSync(bytesOf(3, 60_000));
    })(),
  );
  t.match(await unpack(t, body, { maxBytes: 1_000_000 }), { error: { kind: 'final' } });
});

t.test('a signal ends it with its own reason', async (t) => {
  const stopping = new AbortController();
  const good = await tarGz([[{ name: 'X.mmdb' }, DATABASE]]);
  const body = new Readable({ read: () => undefined });
  body.push(good.subarray(0, 100_000));
  const unpacking = unpack(t, body, { signal: stopping.signal });
  setImmediate(() => stopping.abort(new UpdateFault('passing', 'nothing came')));
  t.match(await unpacking, { error: { message: 'nothing came' } });
});

t.test('a file that is in the way is not written to', async (t) => {
  const directory = await scratch(t);
  const options = { path: join(directory, 'missing', 'out'), maxBytes: 1e7, touch: () => undefined };
  const body = Readable.from([await tarGz([[{ name: 'X.mmdb' }, DATABASE]])]);
  await t.rejects(unpackDatabase({ ...options, body, signal: new AbortController().signal }), {
    kind: 'final',
    message: /^can't write .*ENOENT/,
  });
});

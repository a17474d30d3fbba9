import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type SwapOptions, swapIn } from '../../src/update/swap.js';
import { scratch } from './scenery.js';

const lastModified = new Date('2026-01-06T17:35:03Z');

interface Scene {
  readonly directory: string;
  readonly current: string;
  readonly previous: string;
  swap(overrides?: Partial<SwapOptions>): Promise<void>;
}

async function setUp(t: Test, old: string | undefined = 'old'): Promise<Scene> {
  const directory = await scratch(t);
  const current = join(directory, 'X.mmdb');
  const fresh = join(directory, '.X.mmdb.1.tmp');
  if (old !== '') await writeFile(current, old);
  await writeFile(fresh, 'new');
  return {
    directory,
    current,
    previous: `${current}.previous`,
    swap: (overrides = {}) =>
      swapIn({
        directory,
        edition: 'X',
        fresh,
        lastModified,
        verify: async () => undefined,
        serve: async () => undefined,
        signal: new AbortController().signal,
        ...overrides,
      }),
  };
}

const text = (path: string): Promise<string> => readFile(path, 'utf8');

t.test('verify sees the new file before, serve after, and the old one stays until then', async (t) => {
  const { directory, current, previous, swap } = await setUp(t);
  const steps: string[] = [];
  await swap({
    async verify(path, edition) {
      steps.push(`verify ${edition} ${await text(path)}, serving ${await text(current)}`);
    },
    async serve(edition, path) {
      steps.push(`serve ${edition} ${await text(path)}, kept ${await text(previous)}`);
    },
  });
  t.same(steps, ['verify X new, serving old', 'serve X new, kept old']);
  t.same(await readdir(directory), ['X.mmdb']);
  t.equal(await text(current), 'new');
  t.equal((await stat(current)).mtimeMs, lastModified.getTime());
});

t.test('the first database', async (t) => {
  const { directory, current, swap } = await setUp(t, '');
  await swap();
  t.same(await readdir(directory), ['X.mmdb']);
  t.equal(await text(current), 'new');
});

t.test('what does not verify is never swapped in', async (t) => {
  const { directory, current, swap } = await setUp(t);
  const before = await stat(current);
  const verify = (): Promise<void> => Promise.reject(new Error('the tree points outside of the file'));
  const serve = (): Promise<void> => Promise.reject(new Error('it served'));
  await t.rejects(swap({ verify, serve }), {
    code: 'UPDATE_FAILED',
    kind: 'final',
    message: 'the new X is not fit to serve: the tree points outside of the file',
  });
  t.same(await readdir(directory), ['X.mmdb']);
  t.equal(await text(current), 'old');
  t.equal((await stat(current)).ino, before.ino);
  t.equal((await stat(current)).mtimeMs, before.mtimeMs);
});

t.test('what does not serve makes room for the old one', async (t) => {
  const { directory, current, swap } = await setUp(t);
  const before = await stat(current);
  await t.rejects(swap({ serve: () => Promise.reject(new Error('out of memory')) }), {
    code: 'UPDATE_FAILED',
    message: 'the new X could not be put into service: out of memory',
  });
  t.same(await readdir(directory), ['X.mmdb']);
  t.equal(await text(current), 'old');
  t.equal((await stat(current)).ino, before.ino, 'the very file');
});

t.test('and where there was none, there is none again', async (t) => {
  const { directory, swap } = await setUp(t, '');
  await t.rejects(swap({ serve: () => Promise.reject(new Error('no')) }), { code: 'UPDATE_FAILED' });
  t.same(await readdir(directory), []);
});

t.test('a previous of long ago does not come back', async (t) => {
  const { directory, current, previous, swap } = await setUp(t);
  await writeFile(previous, 'ancient');
  await t.rejects(swap({ serve: () => Promise.reject(new Error('no')) }), { code: 'UPDATE_FAILED' });
  t.equal(await text(current), 'old');
  t.same(await readdir(directory), ['X.mmdb']);
});

t.test('a stop while verifying comes before the swap', async (t) => {
  const { directory, current, swap } = await setUp(t);
  const stopping = new AbortController();
  const verify = async (): Promise<void> => stopping.abort(new Error('stopped'));
  await t.rejects(swap({ verify, signal: stopping.signal }), { message: 'stopped' });
  t.same(await readdir(directory), ['X.mmdb']);
  t.equal(await text(current), 'old');
});

t.test('a new file that is gone leaves the old one', async (t) => {
  const { directory, current, swap } = await setUp(t);
  await t.rejects(swap({ fresh: join(directory, 'gone') }), { message: /^can't replace .*ENOENT/ });
  t.equal(await text(current), 'old');
});

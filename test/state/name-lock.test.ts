import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { FileLock } from '../../src/state/file-lock.js';
import { newClaim, takeNameLock } from '../../src/state/name-lock.js';
import { whoAmI } from '../../src/state/process-id.js';
import { scratch } from '../update/scenery.js';

const LOCK_NAME = '.one.lock';

function take(directory: string): ReturnType<typeof takeNameLock> {
  return takeNameLock(join(directory, LOCK_NAME));
}

/** The lock, which must be had. */
async function takeLock(directory: string): Promise<FileLock> {
  const taken = await take(directory);
  if ('holder' in taken) throw new Error(`${taken.holder} has it`);
  return taken;
}

/** A number beyond the largest that Linux gives. */
const NOBODY = 4_194_305;

t.test('taken, refused at once, free again', async (t) => {
  const directory = await scratch(t);
  const lock = await takeLock(directory);
  t.same(await take(directory), { holder: `process ${process.pid}` });
  t.same(await readdir(directory), [LOCK_NAME], 'neither leaves anything else');
  await lock.release();
  t.same(await readdir(directory), []);
  await (await takeLock(directory)).release();
});

t.test('a lock a directory', async (t) => {
  const first = await takeLock(await scratch(t));
  const second = await takeLock(await scratch(t));
  await first.release();
  await second.release();
});

t.test('the lock of a dead process is taken over', async (t) => {
  const me = await whoAmI();
  const dead: [string, string][] = [
    ['no such process', JSON.stringify({ pid: NOBODY, nonce: 'a' })],
    ['another boot', JSON.stringify({ ...me, boot: 'before', nonce: 'b' })],
    ['an empty file', ''],
    ['nonsense', '{"pid":-1}'],
  ];
  if (me.start !== undefined)
    dead.push(['our number, reused', JSON.stringify({ ...me, start: '1', nonce: 'c' })]);
  // In a container everybody is process 1, and without a /proc of its own they all look the same.
  dead.push(['our number, in another container', JSON.stringify({ ...me, nonce: 'd' })]);
  for (const [name, text] of dead) {
    const directory = await scratch(t);
    const path = join(directory, LOCK_NAME);
    await writeFile(path, text);
    const lock = await takeLock(directory);
    t.match(JSON.parse(await readFile(path, 'utf8')), { pid: process.pid }, name);
    t.same(await take(directory), { holder: `process ${process.pid}` }, name);
    await lock.release();
    t.same(await readdir(directory), [], name);
  }
});

t.test('what a killed process left beside the lock goes, even in the middle of a take-over', async (t) => {
  const directory = await scratch(t);
  const dead = JSON.stringify({ pid: NOBODY, nonce: 'a' });
  await writeFile(join(directory, LOCK_NAME), dead);
  const right = `${LOCK_NAME}.${createHash('sha256').update(dead).digest('hex').slice(0, 16)}`;
  await writeFile(join(directory, right), JSON.stringify({ pid: NOBODY, nonce: 'b' }));
  const claim = `${LOCK_NAME}.${NOBODY}.01234567-89ab-cdef-0123-456789abcdef.tmp`;
  await writeFile(join(directory, claim), 'x');
  await writeFile(join(directory, 'other'), 'x');
  const lock = await takeLock(directory);
  t.same((await readdir(directory)).sort(), [LOCK_NAME, 'other']);
  await lock.release();
});

t.test('of many at once, one takes it, stale or not', async (t) => {
  for (let round = 0; round < 30; round++) {
    const directory = await scratch(t);
    if (round % 2 === 0) {
      await writeFile(join(directory, LOCK_NAME), JSON.stringify({ pid: NOBODY, nonce: String(round) }));
    }
    // A little apart, so that some look at the old claim before it is replaced and act on it after.
    const late = async (turns: number): Promise<FileLock> => {
      for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
      return takeLock(directory);
    };
    const tries = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => late(i)));
    const taken = tries.filter((one): one is PromiseFulfilledResult<FileLock> => one.status === 'fulfilled');
    t.equal(taken.length, 1, `round ${round}`);
    for (const one of tries) if (one.status === 'rejected') t.match(one.reason, { message: /has it/ });
    await taken[0]?.value.release();
    t.same(await readdir(directory), []);
  }
});

t.test('what another process has meanwhile is not taken from it', async (t) => {
  const directory = await scratch(t);
  const lock = await takeLock(directory);
  t.equal(await lock.holds(), true);
  const theirs = await newClaim({ kernel: true });
  await writeFile(join(directory, LOCK_NAME), theirs);
  t.equal(await lock.holds(), false);
  await lock.release();
  t.equal(await readFile(join(directory, LOCK_NAME), 'utf8'), theirs);
});

t.test('whatever comes into its place, there is an answer', async (t) => {
  const directory = join(await scratch(t), 'state');
  const path = join(directory, LOCK_NAME);
  await mkdir(directory);
  const lock = await takeLock(directory);
  await rm(path);
  await symlink(LOCK_NAME, path);
  t.equal(await lock.holds(), true, 'what can’t be read may be the lock still');
  await rm(path);
  await mkdir(path);
  t.equal(await lock.holds(), false, 'a directory is none');
  await rm(directory, { recursive: true });
  await writeFile(directory, '');
  t.equal(await lock.holds(), false, 'below a file there is none');
  await lock.release();
});

t.test('one that was given up while its directory was away can be had when that is back', async (t) => {
  const directory = join(await scratch(t), 'state');
  await mkdir(directory);
  const lost = await takeLock(directory);
  await rename(directory, `${directory}.away`);
  t.equal(await lost.holds(), false);
  await lost.release();
  await rename(`${directory}.away`, directory);
  const lock = await takeLock(directory);
  t.equal(await lost.holds(), false);
  t.equal(await lock.holds(), true);
  await lock.release();
  t.same(await readdir(directory), []);
});

t.test('a directory that is not there is said', async (t) => {
  const directory = join(await scratch(t), 'missing');
  await t.rejects(takeLock(directory), { code: 'ENOENT' });
});

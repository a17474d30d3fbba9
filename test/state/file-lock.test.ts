import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { loadLibc } from '../../src/platform/libc.js';
import { type FileLock, takeFileLock } from '../../src/state/file-lock.js';
import { newClaim, takeNameLock } from '../../src/state/name-lock.js';
import { whoAmI } from '../../src/state/process-id.js';
import { ODD_FILES, putInPlace } from './odd-files.js';
import { fill, noSmallDisk, smallDisk } from './small-disk.js';

const libc = await loadLibc();
const skip = 'unavailable' in libc ? libc.unavailable : false;
const HOLDER = fileURLToPath(new URL('./lock-holder.js', import.meta.url));
/** A container as far as locks go: numbers of its own, with and without a /proc of its own. */
const CONTAINERS = [
  ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
  ['unshare', '--pid', '--fork', '--kill-child'],
];
const contained = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;

/** The lock, which must be had. */
async function take(path: string): Promise<FileLock> {
  const taken = await takeFileLock(path);
  if ('holder' in taken) throw new Error(`${taken.holder} has it`);
  return taken;
}

/** A process that tries to take it, and what it says. */
async function hold(t: Test, path: string, [command = process.execPath, ...before]: string[] = []) {
  const args = command === process.execPath ? [HOLDER, path] : [...before, process.execPath, HOLDER, path];
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  const [said] = child.stdout === null ? [] : await once(child.stdout, 'data');
  return { child, said: String(said).trim() };
}

t.test('taken, refused at once, free again', { skip }, async (t) => {
  const directory = t.testdir();
  const path = join(directory, 'lock');
  const lock = await take(path);
  t.same(await takeFileLock(path), { holder: `process ${process.pid}` });
  t.match(JSON.parse(readFileSync(path, 'utf8')), { pid: process.pid, kernel: true });
  t.equal(await lock.holds(), true);
  await lock.release();
  t.same(readdirSync(directory), []);
  await (await take(path)).release();
  await t.rejects(takeFileLock(join(directory, 'missing', 'lock')), { code: 'ENOENT' });
});

t.test('it ends with the process that is killed', { skip }, async (t) => {
  const path = join(t.testdir(), 'lock');
  const { child, said } = await hold(t, path);
  t.equal(said, 'taken');
  t.same(await takeFileLock(path), { holder: `process ${child.pid}` });
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  await (await take(path)).release();
});

t.test('a claim that is left means nothing, whoever has its number now', { skip }, async (t) => {
  const path = join(t.testdir(), 'lock');
  for (const claim of [
    JSON.stringify({ pid: 1, nonce: 'a', kernel: true }),
    JSON.stringify({ ...(await whoAmI()), nonce: 'a' }),
    await newClaim({ kernel: true }),
    '',
    'nonsense',
  ]) {
    writeFileSync(path, claim);
    await (await take(path)).release();
  }
});

t.test('of two containers on one directory one has it', { skip: skip || !contained }, async (t) => {
  const directory = t.testdir();
  for (const first of CONTAINERS) {
    for (const second of CONTAINERS) {
      const path = join(directory, 'lock');
      const one = await hold(t, path, first);
      t.equal(one.said, 'taken');
      const other = await hold(t, path, second);
      t.equal(other.said, 'refused: process 1 of another container or host');
      // The first one is killed, and its successor is process 1 as well.
      const gone = once(one.child, 'exit');
      one.child.kill('SIGKILL');
      await gone;
      const next = await hold(t, path, first);
      t.equal(next.said, 'taken');
      const ended = once(next.child, 'exit');
      next.child.kill('SIGKILL');
      await ended;
    }
  }
});

t.test('on a file that was removed or replaced it is no lock any more', { skip }, async (t) => {
  const directory = join(t.testdir(), 'state');
  mkdirSync(directory);
  const path = join(directory, 'lock');
  const first = await take(path);
  rmSync(directory, { recursive: true });
  t.equal(await first.holds(), false);
  mkdirSync(directory);
  const second = await take(path);
  await first.release();
  t.equal(await second.holds(), true, 'and its end takes none from another');
  renameSync(path, `${path}.old`);
  const third = await take(path);
  t.equal(await second.holds(), false);
  await second.release();
  t.equal(await third.holds(), true);
  await third.release();
});

t.test('a file that is removed between its opening and its locking is not the one', { skip }, async (t) => {
  if ('unavailable' in libc) return;
  const path = join(t.testdir(), 'lock');
  let tries = 0;
  const lock = await takeFileLock(path, {
    // As the one before does when it ends.
    flock(file, operation) {
      if (tries++ === 0) rmSync(path);
      return libc.flock(file, operation);
    },
    errno: libc.errno,
  });
  if ('holder' in lock) throw new Error(lock.holder);
  t.equal(tries, 2);
  t.equal(await lock.holds(), true);
  await lock.release();
});

t.test('who holds it by name has it', { skip }, async (t) => {
  const path = join(t.testdir(), 'lock');
  const named = await takeNameLock(path);
  t.same(await takeFileLock(path), { holder: `process ${process.pid}` });
  if ('release' in named) await named.release();
  const lock = await take(path);
  t.same(await takeNameLock(path), { holder: `process ${process.pid}` }, 'and the other way round');
  await lock.release();
});

t.test('where there is none of the kernel’s, it is one by name', async (t) => {
  for (const kernel of [{ unavailable: 'no koffi' }, { flock: () => -1, errno: () => 37 }]) {
    const directory = t.testdir();
    const path = join(directory, 'lock');
    const lock = await takeFileLock(path, kernel);
    t.match(JSON.parse(readFileSync(path, 'utf8')), { pid: process.pid, kernel: undefined });
    t.same(await takeFileLock(path, kernel), { holder: `process ${process.pid}` });
    if ('release' in lock) await lock.release();
    t.same(readdirSync(directory), []);
  }
});

t.test('whatever lies there is no lock, and is said', { skip }, async (t) => {
  const path = join(t.testdir(), 'lock');
  for (const odd of ['a directory', 'a FIFO', 'a device']) {
    t.ok(ODD_FILES[odd]);
    putInPlace(odd, path);
    await t.rejects(takeFileLock(path), { message: /EISDIR|is not a file$/ }, odd);
  }
});

t.test('a full disk keeps nobody from the lock', { skip: skip || noSmallDisk }, async (t) => {
  const directory = smallDisk(t, 16);
  const path = join(directory, 'lock');
  writeFileSync(path, '');
  fill(directory);
  const lock = await take(path);
  t.equal(readFileSync(path, 'utf8'), '');
  t.same(await takeFileLock(path), { holder: 'some process' });
  await lock.release();
});

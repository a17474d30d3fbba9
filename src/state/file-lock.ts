/**
 * A lock between processes, for a directory in which only one may work. The kernel holds it for an open file (flock(2)): it
 * ends with the process, however that ends, and holds between containers and hosts that share the directory. The content of
 * the file is for people. Without koffi, or on a file system without such locks, it is a lock by name.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { codeOf } from '../platform/errors.js';
import { LINUX, type Libc, loadLibc } from '../platform/libc.js';
import {
  CLAIM_OCTETS,
  type Claim,
  describeHolder,
  isAlive,
  newClaim,
  parseClaim,
  takeNameLock,
} from './name-lock.js';

export interface FileLock {
  /** Whether the file still has its name: a lock on a removed file keeps no other process away. */
  holds(): Promise<boolean>;
  release(): Promise<void>;
}

/** Another running process has it, in words: `process 4711`. */
export interface Held {
  readonly holder: string;
}

/** Enough if the file is replaced meanwhile. If that happens more often, something is wrong, and failing is right. */
const TRIES = 16;

/**
 * Takes the lock at `path`, whose directory must exist, or says at once which process has it. Rejects with the system's
 * error if there can be no lock.
 */
export async function takeFileLock(
  path: string,
  kernel?: Pick<Libc, 'flock' | 'errno'> | { readonly unavailable: string },
): Promise<FileLock | Held> {
  const libc = kernel ?? (await loadLibc());
  if ('unavailable' in libc) return takeNameLock(path);
  for (let i = 0; i < TRIES; i++) {
    const file = openLock(path);
    let locked = false;
    try {
      if (libc.flock(file, LINUX.LOCK_EX | LINUX.LOCK_NB) !== 0) {
        if (libc.errno() !== LINUX.EWOULDBLOCK) return await takeNameLock(path);
        return { holder: describeHolder(readClaim(file)) };
      }
      if (!(await isAt(path, file))) continue;
      const claim = readClaim(file);
      // A process that can't use the kernel's lock may hold it by name.
      if (claim?.kernel !== true && claim !== undefined && (await isAlive(claim)))
        return { holder: describeHolder(claim) };
      writeClaim(file, await newClaim({ kernel: true }));
      locked = true;
      return lockOn(path, file);
    } finally {
      if (!locked) closeSync(file);
    }
  }
  throw new Error(`it changed hands ${TRIES} times`);
}

function lockOn(path: string, file: number): FileLock {
  return {
    holds: () => isAt(path, file),
    async release() {
      // A process that opened the file before this checks that it still has its name once it gets the lock.
      if (await isAt(path, file)) await rm(path, { force: true }).catch(() => undefined);
      closeSync(file);
    },
  };
}

function openLock(path: string): number {
  const { O_RDWR, O_CREAT, O_NONBLOCK } = constants;
  const file = openSync(path, O_RDWR | O_CREAT | O_NONBLOCK, 0o640);
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  throw new Error(`${path} is not a file`);
}

/** Reads no more than any claim has: a longer file holds none, and may be larger than memory. */
function readClaim(file: number): Claim | undefined {
  const head = Buffer.alloc(CLAIM_OCTETS);
  return parseClaim(head.toString('utf8', 0, readSync(file, head, 0, CLAIM_OCTETS, 0)));
}

/** If the disk is full, the file does not say which process has the lock. */
function writeClaim(file: number, claim: string): void {
  try {
    ftruncateSync(file);
    writeSync(file, claim, 0);
  } catch {
    // The lock is held all the same.
  }
}

async function isAt(path: string, file: number): Promise<boolean> {
  const ours = fstatSync(file);
  try {
    const there = await stat(path);
    return there.ino === ours.ino && there.dev === ours.dev;
  } catch (error) {
    const code = codeOf(error);
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}

/**
 * Writes a whole file so that a reader, or the next start after a crash at any moment, finds the old one or the new one and
 * never a part: write a temporary file beside it, fsync, rename it over the old one, fsync the directory (without the last,
 * a power cut may undo the rename). Verdicts, overrides and the last good zones are all kept this way.
 */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../platform/errors.js';

/** Only owner and group may read it; the umask may take more away. */
export const DEFAULT_MODE = 0o640;
/** The bits of a file's mode that are not its type. */
const RIGHTS = 0o7777;

/**
 * Replaces the file at `path` by `data`. If that is pieces, each is made when those before it are written. Resolves once the
 * file would survive a power cut. Rejects with the system's error; the temporary file is removed then, and the old file is
 * in place, unless only the fsync of the directory failed. Callers must write to a path once at a time.
 */
export async function writeDurably(
  path: string,
  data: string | Uint8Array | Iterable<string>,
  mode = DEFAULT_MODE,
): Promise<void> {
  const pieces = typeof data === 'string' || data instanceof Uint8Array ? [data] : data;
  await replace(path, async (beside) => {
    const file = await open(beside, 'w', mode);
    try {
      for (const piece of pieces) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/**
 * The same with the content of the file `from`. If the file system can do it, both share their space on the disk. `check` is
 * called after the copy, and rejects if the copy must not be used.
 */
export async function copyDurably(
  from: string,
  path: string,
  check: () => Promise<void>,
  mode = DEFAULT_MODE,
): Promise<void> {
  await replace(path, async (beside) => {
    await copyFile(from, beside, constants.COPYFILE_FICLONE);
    const file = await open(beside, 'r');
    try {
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await check();
  });
}

/** Replaces the file at `path` by the one that `write` makes beside it. */
async function replace(path: string, write: (beside: string) => Promise<void>): Promise<void> {
  const beside = besideOf(path);
  try {
    await write(beside);
    await rename(beside, path);
  } catch (error) {
    await removeQuietly(beside);
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Makes the names in a directory durable: without this, a power cut may undo a rename. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** `writeDurably` as one blocking call: for verbs and workers, not for a server's main thread. */
export function writeDurablySync(path: string, data: string | Uint8Array, mode = DEFAULT_MODE): void {
  replaceSync(path, mode, (file) => writeFileSync(file, data));
}

/** The same for a file of another user: keeps its owner, group and rights. Throws if it may not. */
export function rewriteDurablySync(path: string, data: string | Uint8Array): void {
  const { uid, gid, mode } = statSync(path);
  replaceSync(path, mode & RIGHTS, (file) => {
    const made = fstatSync(file);
    if (made.uid !== uid || made.gid !== gid) fchownSync(file, uid, gid);
    fchmodSync(file, mode & RIGHTS);
    writeFileSync(file, data);
  });
}

function replaceSync(path: string, mode: number, write: (file: number) => void): void {
  const beside = besideOf(path);
  try {
    const file = openSync(beside, 'w', mode);
    try {
      write(file);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    removeQuietlySync(beside);
    throw error;
  }
  syncDirectorySync(dirname(path));
}

/** `syncDirectory` as one blocking call. */
export function syncDirectorySync(path: string): void {
  syncAndClose(openSync(path, 'r'));
}

/** Makes what was written to an open file durable, and closes it. */
export function syncAndClose(file: number): void {
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Makes a directory and those above it if they are missing. Node's own recursive mkdir never returns if the system answers
 * ENOENT below a directory that exists, as /proc does.
 */
export async function ensureDirectory(path: string, mode = 0o750): Promise<void> {
  try {
    await makeOne(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) !== 'ENOENT' || (await exists(parent))) throw error;
    await ensureDirectory(parent, mode);
    await makeOne(path, mode);
  }
}

/** Makes a directory in an existing one, with blocking calls. */
export function ensureChildSync(path: string): void {
  if (!existsSync(path)) mkdirSync(path, { mode: 0o750 });
}

/**
 * Removes the temporary files that killed processes left beside `path`. For a start, while no other process writes to it. A
 * missing directory has no leftovers; other errors reject.
 */
export async function sweepUnfinished(path: string): Promise<void> {
  const directory = dirname(path);
  const head = `.${basename(path)}.`;
  for (const name of await namesIn(directory)) {
    if (!name.startsWith(head) || !name.endsWith('.tmp')) continue;
    if (/^\d+$/.test(name.slice(head.length, -'.tmp'.length)))
      await rm(join(directory, name), { force: true });
  }
}

/** The temporary file, named after the process so that two programs in one directory do not write to the same file. */
export function besideOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
}

/** If even this fails, the error that the caller is about to get says why; a later sweep removes the file. */
async function removeQuietly(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}

/** The same as one blocking call. */
export function removeQuietlySync(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // As above.
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Makes one directory, unless it exists already. */
async function makeOne(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/**
 * A lock between processes, for a directory that only one may work in: a file that says who holds it. Node has no flock,
 * so a holder that was killed leaves its file behind, and the hard part is taking that over exactly once. A dead holder's
 * lock is replaced by one atomic rename, and only by who holds a second lock whose name is made of the dead one's content;
 * that one is taken in the same way. Nobody ever removes a lock by name alone, which is how two processes come to believe
 * that they took it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { codeOf } from '../errors.js';
import { isRunning, type ProcessId, whoAmI } from './process-id.js';

export interface FileLock {
  release(): Promise<void>;
}

/** Somebody else who is alive has it: the number of the process. */
export interface Held {
  readonly holder: number;
}

/** Enough for locks that come free while we look; more means that something is odd, and failing is right. */
const TRIES = 16;

const CLAIM = z.object({
  pid: z.int().positive(),
  start: z.string().optional(),
  boot: z.string().optional(),
  nonce: z.string(),
});

/**
 * Takes the lock at `path`, whose directory must exist, or says at once who has it. Rejects with the system's error where
 * the directory can't be written.
 */
export async function takeFileLock(path: string): Promise<FileLock | Held> {
  const text = JSON.stringify({ ...(await whoAmI()), nonce: randomUUID() });
  const taken = await tryTake(path, text);
  if (!taken.ok) return { holder: taken.holder };
  const release = (): Promise<void> => rm(path, { force: true });
  try {
    await sweep(path);
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
}

type Taken = { readonly ok: true } | { readonly ok: false; readonly holder: number };

async function tryTake(path: string, text: string): Promise<Taken> {
  // The claim is whole before it has the lock's name: nobody may read half of one and think that its holder is dead.
  const claim = `${path}.${process.pid}.${randomUUID()}.tmp`;
  await writeFile(claim, text, { flag: 'wx', mode: 0o644 });
  try {
    for (let i = 0; i < TRIES; i++) {
      if (await linked(claim, path)) return { ok: true };
      const held = await read(path);
      if (held === undefined) continue;
      const holder = parseClaim(held);
      if (holder !== undefined && (await isRunning(holder))) return { ok: false, holder: holder.pid };
      const taken = await takeOver(path, held, claim, text);
      if (taken !== 'changed') return taken;
    }
    throw new Error(`it changed hands ${TRIES} times`);
  } finally {
    await rm(claim, { force: true });
  }
}

/** Replaces the dead claim `held` at `path`; `changed` when somebody else did meanwhile. */
async function takeOver(path: string, held: string, claim: string, text: string): Promise<Taken | 'changed'> {
  const right = `${path}.${createHash('sha256').update(held).digest('hex').slice(0, 16)}`;
  const taken = await tryTake(right, text);
  if (!taken.ok) return taken;
  try {
    // While we hold `right`, nobody else replaces this claim; and claims never repeat, so it can't be back.
    if ((await read(path)) !== held) return 'changed';
    await rename(claim, path);
    return { ok: true };
  } finally {
    await rm(right, { force: true });
  }
}

/**
 * What killed processes left beside the lock, removed by its holder. The second locks may all go, even one that somebody
 * holds: they are about claims that are no longer at the lock's name, so holding one leads to nothing.
 */
async function sweep(path: string): Promise<void> {
  const directory = dirname(path);
  for (const name of await readdir(directory)) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const pid = /\.(\d+)\.[0-9a-f-]{36}\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && (await isRunning({ pid: Number(pid) }))) continue;
    await rm(join(directory, name), { force: true });
  }
}

/** link(2) makes a name only where there is none, which is all the atomicity this needs. */
async function linked(claim: string, path: string): Promise<boolean> {
  try {
    await link(claim, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined for what is no claim: a power cut can leave an empty file, and who wrote that is not running. */
function parseClaim(text: string): ProcessId | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = CLAIM.safeParse(json);
  if (!parsed.success) return undefined;
  const { pid, start, boot } = parsed.data;
  return { pid, ...(start === undefined ? {} : { start }), ...(boot === undefined ? {} : { boot }) };
}

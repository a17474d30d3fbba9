/**
 * A lock by name, for use without the kernel's locks: a file that says which process holds it. A holder that was killed
 * leaves its file behind, and the hard part is to take that over exactly once. A dead holder's lock is replaced by one atomic
 * rename, and only by a process that holds a second lock, whose name is made of the dead one's content and which is taken in
 * the same way. No process removes a lock by its name alone, since then two could believe that they took it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { link, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { codeOf } from '../platform/errors.js';
import type { FileLock, Held } from './file-lock.js';
import { openPlain } from './plain-file.js';
import { isRunning, whoAmI } from './process-id.js';

/** More octets than a claim has. */
export const CLAIM_OCTETS = 4096;

/** Enough if locks are released meanwhile. If that happens more often, something is wrong, and failing is right. */
const TRIES = 16;

const CLAIM = z.object({
  pid: z.int().positive(),
  start: z.string().exactOptional(),
  boot: z.string().exactOptional(),
  nonce: z.string(),
  /** The kernel held the lock as well: if it does not any more, the claim means nothing. */
  kernel: z.literal(true).exactOptional(),
});

export type Claim = z.infer<typeof CLAIM>;

/** Claims of this process that it gave up. They may come back, with a directory that was away meanwhile. */
const GIVEN_UP = new Set<string>();

/** In all claims of this process: an earlier process may have had the same pid, for example in a container. */
const OURS = randomUUID();

export async function newClaim(more: { readonly kernel?: true } = {}): Promise<string> {
  return JSON.stringify({ ...(await whoAmI()), nonce: `${OURS}.${randomUUID()}`, ...more });
}

export async function isAlive(claim: Claim): Promise<boolean> {
  return claim.pid === process.pid ? isOurs(claim) : isRunning(claim);
}

/** The process that has the lock by this claim, in words. */
export function describeHolder(claim: Claim | undefined): string {
  if (claim === undefined) return 'some process';
  const elsewhere = claim.pid === process.pid && !isOurs(claim);
  return `process ${claim.pid}${elsewhere ? ' of another container or host' : ''}`;
}

function isOurs({ nonce }: Claim): boolean {
  return nonce.startsWith(OURS);
}

/** As `takeFileLock`. */
export async function takeNameLock(path: string): Promise<FileLock | Held> {
  const text = await newClaim();
  const taken = await tryTake(path, text);
  if (!taken.ok) return { holder: taken.holder };
  const holds = async (): Promise<boolean> => {
    try {
      return (await read(path)) === text;
    } catch (error) {
      // What can't be read at present may still be ours. Something that is no file is not, and gives no code.
      const code = codeOf(error);
      return code !== undefined && code !== 'ENOTDIR';
    }
  };
  const release = async (): Promise<void> => {
    try {
      if ((await read(path).catch(() => undefined)) === text) await rm(path, { force: true });
    } finally {
      // No earlier: this would remove the file of who took it over meanwhile.
      GIVEN_UP.add(text);
    }
  };
  try {
    await sweep(path);
  } catch (error) {
    await release();
    throw error;
  }
  return { holds, release };
}

type Taken = { readonly ok: true } | { readonly ok: false; readonly holder: string };

async function tryTake(path: string, text: string): Promise<Taken> {
  // The claim is complete before it gets the lock's name: a process that read half of it would take its holder for dead.
  const claim = `${path}.${process.pid}.${randomUUID()}.tmp`;
  await writeFile(claim, text, { flag: 'wx', mode: 0o644 });
  try {
    for (let i = 0; i < TRIES; i++) {
      if (await linked(claim, path)) return { ok: true };
      const held = await read(path);
      if (held === undefined) continue;
      const holder = parseClaim(held);
      if (holder !== undefined && !GIVEN_UP.has(held) && (await isAlive(holder)))
        return { ok: false, holder: describeHolder(holder) };
      const taken = await takeOver(path, held, claim, text);
      if (taken !== 'changed') return taken;
    }
    throw new Error(`it changed hands ${TRIES} times`);
  } finally {
    await rm(claim, { force: true });
  }
}

/** Replaces the dead claim `held` at `path`. Returns `changed` if another process did so meanwhile. */
async function takeOver(path: string, held: string, claim: string, text: string): Promise<Taken | 'changed'> {
  const right = `${path}.${createHash('sha256').update(held).digest('hex').slice(0, 16)}`;
  const taken = await tryTake(right, text);
  if (!taken.ok) return taken;
  try {
    // While we hold `right`, no other process replaces this claim. Claims never repeat, so it can't have come back.
    if ((await read(path)) !== held) return 'changed';
    await rename(claim, path);
    return { ok: true };
  } finally {
    await rm(right, { force: true });
  }
}

/**
 * Removes what killed processes left beside the lock. Only the lock's holder calls this. All second locks may go, even one
 * that is held: they are for claims that are no longer at the lock's name, so holding one has no effect.
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

/** link(2) makes a name only if there is none, which is all the atomicity that is needed. */
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
    const file = await openPlain(path, Number.POSITIVE_INFINITY);
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(CLAIM_OCTETS), 0, CLAIM_OCTETS, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined if it is no claim: a power cut can leave an empty file, and the process that wrote it is not running. */
export function parseClaim(text: string): Claim | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  return CLAIM.safeParse(json).data;
}

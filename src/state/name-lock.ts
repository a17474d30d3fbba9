/**
 * A lock by name: a file that says who holds it, for where the kernel's locks can't be had. A holder that was killed leaves
 * its file behind, and the hard part is taking that over exactly once. A dead holder's
 * lock is replaced by one atomic rename, and only by who holds a second lock whose name is made of the dead one's content;
 * that one is taken in the same way. Nobody ever removes a lock by name alone, which is how two processes come to believe
 * that they took it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { link, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { codeOf } from '../platform/errors.js';
import type { FileLock, Held } from './file-lock.js';
import { openPlain } from './plain-file.js';
import { isRunning, whoAmI } from './process-id.js';

/** More than a claim has. */
export const CLAIM_OCTETS = 4096;

/** Enough for locks that come free while we look; more means that something is odd, and failing is right. */
const TRIES = 16;

const CLAIM = z.object({
  pid: z.int().positive(),
  start: z.string().exactOptional(),
  boot: z.string().exactOptional(),
  nonce: z.string(),
  /** The kernel holds the lock: without it, the claim of a process that is gone means nothing. */
  kernel: z.literal(true).exactOptional(),
});

export type Claim = z.infer<typeof CLAIM>;

/** Of all claims of this process: another one of its number may have been here before, in a container say. */
const OURS = randomUUID();

export async function newClaim(more: { readonly kernel?: true } = {}): Promise<string> {
  return JSON.stringify({ ...(await whoAmI()), nonce: `${OURS}.${randomUUID()}`, ...more });
}

export async function isAlive(claim: Claim): Promise<boolean> {
  return claim.pid === process.pid ? isOurs(claim) : isRunning(claim);
}

/** Who has the lock by a claim, in words. */
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
  const holds = async (): Promise<boolean> => (await read(path)) === text;
  const release = async (): Promise<void> => {
    if (await holds()) await rm(path, { force: true });
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
  // The claim is whole before it has the lock's name: nobody may read half of one and think that its holder is dead.
  const claim = `${path}.${process.pid}.${randomUUID()}.tmp`;
  await writeFile(claim, text, { flag: 'wx', mode: 0o644 });
  try {
    for (let i = 0; i < TRIES; i++) {
      if (await linked(claim, path)) return { ok: true };
      const held = await read(path);
      if (held === undefined) continue;
      const holder = parseClaim(held);
      if (holder !== undefined && (await isAlive(holder)))
        return { ok: false, holder: describeHolder(holder) };
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

/** Undefined for what is no claim: a power cut can leave an empty file, and who wrote that is not running. */
export function parseClaim(text: string): Claim | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  return CLAIM.safeParse(json).data;
}

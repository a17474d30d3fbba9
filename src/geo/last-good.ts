/**
 * The last good database of each kind, a copy in the state directory. It is used if the file that it was copied from is
 * truncated, damaged, replaced by something else or gone. A note beside the copy says what it is a copy of. This file reads
 * them; the daemon writes them.
 */
import { join } from 'node:path';
import * as z from 'zod';
import { DAY_MS } from '../platform/time.js';
import { readPlainSync } from '../state/plain-file.js';
import { isMaxMinds } from './editions.js';
import type { DatabaseKind } from './mmdb-file.js';

const note = z.strictObject({
  version: z.literal(1),
  /** The file that was copied. */
  origin: z.string(),
  source: z.enum(['configured', 'updated']),
  /** The identity of that file when it was copied. */
  identity: z.string(),
  type: z.string(),
  /** Seconds since 1970. */
  build_epoch: z.number(),
  /** When that file was first seen to be gone, in milliseconds since 1970. */
  lost: z.number().optional(),
});

export type LastGoodNote = z.output<typeof note>;

export interface LastGood extends LastGoodNote {
  /** The path of the copy. */
  readonly path: string;
}

/** MaxMind's license allows 30 days for an old database once there is a newer one. */
const KEEP_MS = 30 * DAY_MS;
const MOST_OCTETS = 2 ** 16;

/** Where the copy of a kind and its note are, in the directory for them. */
export function lastGoodPaths(
  directory: string,
  kind: DatabaseKind,
): { readonly copy: string; readonly note: string } {
  const path = join(directory, kind);
  return { copy: `${path}.mmdb`, note: `${path}.json` };
}

/** The note of a kind; undefined if there is none, or it is not valid. */
export function readLastGood(directory: string, kind: DatabaseKind): LastGood | undefined {
  const paths = lastGoodPaths(directory, kind);
  try {
    const text = readPlainSync(paths.note, MOST_OCTETS).toString('utf8');
    return { path: paths.copy, ...note.parse(JSON.parse(text)) };
  } catch {
    return undefined;
  }
}

/** The text of a note. */
export function formatNote(content: Omit<LastGoodNote, 'version'>): string {
  return `${JSON.stringify({ version: 1, ...content })}\n`;
}

/**
 * When the copy must be gone, in milliseconds since 1970. Undefined if its original is unchanged, or if the copy is in use
 * and its vendor does not require it. A newer database may have come out as early as when the original was lost.
 */
export function endOf(
  { type, lost }: Pick<LastGoodNote, 'type' | 'lost'>,
  serves = true,
): number | undefined {
  return lost === undefined || (serves && !isMaxMinds(type)) ? undefined : lost + KEEP_MS;
}

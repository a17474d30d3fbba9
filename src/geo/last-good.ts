/**
 * The last good database of each kind, a copy in the state directory: what serves where the file that it was copied from is
 * cut, damaged, replaced by something else or gone. Beside the copy lies a note of what it is a copy of. Here it is read; the
 * daemon keeps it.
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
  /** Of that file, when it was copied. */
  identity: z.string(),
  type: z.string(),
  /** Seconds since 1970. */
  build_epoch: z.number(),
  /** When that file was first seen not to be there any more, in milliseconds since 1970. */
  lost: z.number().optional(),
});

export type LastGoodNote = z.output<typeof note>;

export interface LastGood extends LastGoodNote {
  /** The copy. */
  readonly path: string;
}

/** Days that MaxMind's license leaves for an old database once there is a newer one. */
const KEEP_MS = 30 * DAY_MS;
const MOST_OCTETS = 2 ** 16;

/** Where the copy of a kind lies, and the note of it, in the directory for them. */
export function lastGoodPaths(
  directory: string,
  kind: DatabaseKind,
): { readonly copy: string; readonly note: string } {
  const path = join(directory, kind);
  return { copy: `${path}.mmdb`, note: `${path}.json` };
}

/** What the note of a kind says; undefined where there is none, or none that makes sense. */
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
 * When the copy is to be gone, in milliseconds since 1970; undefined for one whose file is as it was, and for one that
 * serves and whose maker does not ask for it. The newer one may have come out when the file was lost.
 */
export function endOf(
  { type, lost }: Pick<LastGoodNote, 'type' | 'lost'>,
  serves = true,
): number | undefined {
  return lost === undefined || (serves && !isMaxMinds(type)) ? undefined : lost + KEEP_MS;
}

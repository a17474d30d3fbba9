/**
 * What the update service says about an edition before a download: the hash and the date of the current database. It decides
 * what is fetched and trusted, so anything unexpected in it is an error.
 */
import type { Readable } from 'node:stream';
import * as z from 'zod';
import { countOf } from '../platform/count-of.js';
import { UpdateFault } from './fault.js';

export interface Metadata {
  /** MD5 of the .mmdb file (not of the archive), in lower case. */
  readonly md5: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
}

const METADATA = z.object({
  databases: z.array(
    z.object({
      edition_id: z.string(),
      md5: z.string().regex(/^[0-9a-fA-F]{32}$/),
      date: z.iso.date(),
    }),
  ),
});

/** A real answer is about 120 bytes long. */
const MAX_BYTES = 64 * 1024;

/** Reads the body of a metadata answer about `edition`; throws a final UpdateFault if it is anything else. */
export async function readMetadata(body: Readable, edition: string, touch: () => void): Promise<Metadata> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    if (!Buffer.isBuffer(piece)) continue;
    touch();
    bytes += piece.length;
    if (bytes > MAX_BYTES)
      throw new UpdateFault('final', `the metadata of ${edition} is longer than ${MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  return parseMetadata(Buffer.concat(pieces).toString('utf8'), edition);
}

/** Parses a metadata answer; throws a final UpdateFault that says what is wrong with it. */
export function parseMetadata(text: string, edition: string): Metadata {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UpdateFault('final', `the metadata of ${edition} is not JSON`);
  }
  const parsed = METADATA.safeParse(json);
  if (!parsed.success) {
    const where =
      parsed.error.issues[0]?.path.filter((step) => typeof step === 'string').at(-1) ?? 'databases';
    throw new UpdateFault('final', `the metadata of ${edition} is malformed: no usable ${String(where)}`);
  }
  const { databases } = parsed.data;
  const [database] = databases;
  if (database === undefined || databases.length !== 1) {
    throw new UpdateFault(
      'final',
      `the metadata of ${edition} names ${countOf(databases.length, 'database')}; expected one`,
    );
  }
  if (database.edition_id !== edition) {
    throw new UpdateFault('final', `the metadata for ${edition} is about another edition`);
  }
  return { md5: database.md5.toLowerCase(), date: database.date };
}

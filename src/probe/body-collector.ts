/**
 * Keeps the beginning of a body, and gives what it stands for. Bodies are asked for as they are, but a server that has one
 * compressed alone (nginx with `gzip_static always`) sends it so all the same, and clients know what to do with that.
 */
import { addAbortSignal } from 'node:stream';
import { constants, createBrotliDecompress, createUnzip } from 'node:zlib';

/** Octets of a body that are looked at. */
export const MAX_BODY = 65_536;

export interface CollectedBody {
  readonly octets: Buffer;
  /** There is no more of it than this. */
  readonly whole: boolean;
}

export interface BodyCollector {
  /** True when it has enough. */
  take(part: Buffer): boolean;
  /** What was taken, freed of its Content-Encoding where that is known and true. Rejects once the signal aborts. */
  content(coding: string | undefined, signal: AbortSignal): Promise<CollectedBody>;
}

export function createBodyCollector(): BodyCollector {
  const parts: Buffer[] = [];
  let length = 0;
  return {
    take(part) {
      parts.push(part);
      length += part.length;
      return length >= MAX_BODY;
    },
    async content(coding, signal) {
      const taken = Buffer.concat(parts);
      const octets = coding === undefined ? taken : await decoded(taken, coding, signal);
      return {
        octets: octets.subarray(0, MAX_BODY),
        whole: length < MAX_BODY && octets.length < MAX_BODY,
      };
    },
  };
}

/** At least as much as is looked at, where there is as much; the end of what was cut off in the middle is missing. */
async function decoded(octets: Buffer, coding: string, signal: AbortSignal): Promise<Buffer> {
  const decoder = decoderOf(coding);
  if (decoder === undefined) return octets;
  addAbortSignal(signal, decoder).end(octets);
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of decoder) {
      parts.push(part);
      length += part.length;
      if (length >= MAX_BODY) break;
    }
  } catch {
    signal.throwIfAborted();
    return octets;
  }
  return Buffer.concat(parts);
}

function decoderOf(coding: string) {
  switch (coding.toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      return createUnzip({ finishFlush: constants.Z_SYNC_FLUSH });
    case 'br':
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
    default:
      return undefined;
  }
}

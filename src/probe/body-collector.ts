/**
 * Keeps the beginning of a body and decodes it. Probes ask for an unencoded body, but a server that has only a compressed
 * copy (nginx with `gzip_static always`) sends that anyway, and clients can decode it.
 */
import { addAbortSignal } from 'node:stream';
import { constants, createBrotliDecompress, createUnzip } from 'node:zlib';

/** The number of octets of a body that are examined. */
export const MAX_BODY = 65_536;

export interface CollectedBody {
  readonly octets: Buffer;
  /** True if the body ends here: nothing was cut off. */
  readonly whole: boolean;
}

export interface BodyCollector {
  /** Returns true once it has enough. */
  take(part: Buffer): boolean;
  /** The octets taken, with a known and correct Content-Encoding removed. Rejects once the signal aborts. */
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

/** Decodes up to `MAX_BODY` octets or slightly more. If the input was cut off, the output lacks its end. */
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

/**
 * Extracts the database from a `tar.gz` in one pass: gunzip, find the first entry whose name ends in `.mmdb`, write it to a
 * file with a name of ours, and hash it on the way. An entry's name is never used as a path or shown, so
 * `../../etc/passwd.mmdb` does no harm. Both sizes are limited, since a small gzip file may expand without end.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Extract, extract } from 'tar-stream';
import { codeOf } from '../platform/errors.js';
import { onDisk, UpdateFault } from './fault.js';

export interface Unpacking {
  /** The compressed bytes; read up to the end of the database, then destroyed. */
  readonly body: Readable;
  /** The file to create; it must not exist. Left incomplete if this rejects. */
  readonly path: string;
  /** The limit for the compressed bytes, and for the uncompressed ones. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Called for each piece that arrives. */
  readonly touch: () => void;
}

/** Larger than zlib's 16 KB: fewer turns of the event loop for a file of 60 MB. */
const PIECE_BYTES = 256 * 1024;

/** Writes the database to `path` and returns its MD5 in lower case. Rejects with an UpdateFault. */
export async function unpackDatabase({ body, path, maxBytes, signal, touch }: Unpacking): Promise<string> {
  const tar = extract();
  const flow = pipeline(
    body,
    meter(maxBytes, 'the download', touch),
    createGunzip({ chunkSize: PIECE_BYTES }),
    meter(maxBytes, 'the unpacked archive'),
    tar,
    { signal },
  );
  // Its errors also come out of `tar`. It is expected to end early, once the database has been read.
  const ended = flow.catch(() => undefined);
  try {
    return await takeDatabase(tar, path, maxBytes);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof UpdateFault ? error : flowFault(error);
  } finally {
    await ended;
  }
}

/** tar-stream does not export the type of its entries. */
type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

async function takeDatabase(entries: AsyncIterable<Entry>, path: string, maxBytes: number): Promise<string> {
  for await (const entry of entries) {
    const { name, type, size } = entry.header;
    if (!name.endsWith('.mmdb')) {
      entry.resume();
      continue;
    }
    if (type !== 'file' && type !== 'contiguous-file') {
      throw new UpdateFault('final', 'the .mmdb entry of the archive is not a regular file');
    }
    if (size > maxBytes) throw tooLong('the database', maxBytes);
    return await save(entry, path);
  }
  throw new UpdateFault('final', 'the archive holds no .mmdb file');
}

async function save(entry: Entry, path: string): Promise<string> {
  const hash = createHash('md5');
  const cannot = `can't write ${path}`;
  const file = await onDisk(cannot, () => open(path, 'wx', 0o644));
  try {
    for await (const piece of entry) {
      if (!(piece instanceof Uint8Array)) throw new TypeError('tar-stream gives bytes');
      hash.update(piece);
      await onDisk(cannot, () => file.writeFile(piece));
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

function meter(maxBytes: number, what: string, touch?: () => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      touch?.();
      bytes += piece.length;
      if (bytes > maxBytes) done(tooLong(what, maxBytes));
      else done(null, piece);
    },
  });
}

function tooLong(what: string, maxBytes: number): UpdateFault {
  return new UpdateFault('final', `${what} is longer than the ${maxBytes} bytes that are allowed`);
}

/** Errors of zlib have codes `Z_…`, those of the network have other codes, and those of tar-stream have none. */
function flowFault(error: unknown): UpdateFault {
  const code = codeOf(error);
  if (code === undefined) return new UpdateFault('final', 'the download is not a tar archive, or it is cut');
  if (code === 'Z_BUF_ERROR') return new UpdateFault('passing', 'the download was cut short');
  if (code.startsWith('Z_')) return new UpdateFault('final', 'the download is not gzip, or it is damaged');
  return new UpdateFault('passing', `the download was cut short (${code})`);
}

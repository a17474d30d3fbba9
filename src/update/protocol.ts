/**
 * One attempt for one edition: ask for its hash and, if it differs from that of the local file, download, unpack and
 * compare. The result is a temporary file that is not trusted yet; `swap.ts` decides whether it is served.
 *
 *   GET /geoip/updates/metadata?edition_id=EDITION                            -> hash and date
 *   GET /geoip/databases/EDITION/download?date=YYYYMMDD&suffix=tar.gz -> 302  -> tar.gz with EDITION_DATE/EDITION.mmdb
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../platform/clock.js';
import { codeOf } from '../platform/errors.js';
import { MINUTE_MS } from '../platform/time.js';
import { openPlain } from '../state/plain-file.js';
import { unpackDatabase } from './archive.js';
import { type DeadlineLimits, startDeadline } from './deadline.js';
import { get, headerOf, type UpdateRequest } from './exchange.js';
import { diskFault, UpdateFault } from './fault.js';
import type { HttpAgents } from './http-agents.js';
import { type Metadata, readMetadata } from './metadata.js';
import { parseHttpDate } from './retry.js';
import type { UpdateSettings } from './settings.js';

export interface FetchLimits extends DeadlineLimits {
  /** The limit for a download, compressed and uncompressed, each. */
  readonly maxBytes: number;
}

/** A City database has 60 MB. An overall limit of an hour would block the next run. */
export const FETCH_LIMITS: FetchLimits = { idleMs: 30_000, overallMs: 15 * MINUTE_MS, maxBytes: 1024 ** 3 };

/** The number of downloads that the service allows an account. */
export interface Allowance {
  /** Throws an UpdateFault if none are left. */
  check(): void;
  /** Called before a download is requested. The request counts whatever its result, since the service counts it. */
  spend(): Promise<void>;
}

export interface FetchOptions {
  readonly settings: Pick<UpdateSettings, 'accountId' | 'host' | 'directory'>;
  readonly key: string;
  readonly edition: string;
  /** From `md5OfFile`. */
  readonly localMd5: string;
  readonly way: HttpAgents;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly userAgent: string;
  readonly limits: FetchLimits;
  readonly allowance: Allowance;
}

export type Fetched =
  | { readonly kind: 'current'; readonly date: string }
  | {
      readonly kind: 'fetched';
      /** The temporary file; the caller must rename or remove it. */
      readonly path: string;
      readonly md5: string;
      /** `YYYY-MM-DD`. */
      readonly date: string;
      readonly lastModified: Date;
    };

/** The hash used if there is no file. It never counts as current, whatever the service answers. */
export const NO_FILE_MD5 = '0'.repeat(32);

/** Makes one attempt for `edition`; if it rejects, it does so with an UpdateFault and leaves no files behind. */
export async function fetchEdition(options: FetchOptions): Promise<Fetched> {
  const { settings, edition, localMd5, clock, limits, signal, allowance } = options;
  const deadline = startDeadline(clock, limits, signal);
  const exchange: UpdateRequest = {
    way: options.way,
    clock,
    deadline,
    userAgent: options.userAgent,
    authorization: `Basic ${Buffer.from(`${settings.accountId}:${options.key}`).toString('base64')}`,
  };
  try {
    const metadata = await askMetadata(settings.host, edition, exchange);
    if (metadata.md5 === localMd5 && localMd5 !== NO_FILE_MD5)
      return { kind: 'current', date: metadata.date };
    allowance.check();
    await allowance.spend();
    return await download(metadata, exchange, options);
  } finally {
    deadline.end();
  }
}

/** MD5 of the file at `path` in lower case; thirty-two zeros if there is none. */
export async function md5OfFile(path: string): Promise<string> {
  const hash = createHash('md5');
  try {
    const file = await openPlain(path, Number.POSITIVE_INFINITY);
    for await (const piece of file.createReadStream()) hash.update(piece);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return NO_FILE_MD5;
    throw diskFault(`can't read ${path}`, error);
  }
  return hash.digest('hex');
}

async function askMetadata(host: string, edition: string, exchange: UpdateRequest): Promise<Metadata> {
  const url = new URL(`${host}/geoip/updates/metadata`);
  url.searchParams.set('edition_id', edition);
  const reply = await get(url, exchange);
  try {
    return await readMetadata(reply.body, edition, exchange.deadline.touch);
  } catch (error) {
    if (exchange.deadline.signal.aborted) throw exchange.deadline.signal.reason;
    if (error instanceof UpdateFault) throw error;
    throw new UpdateFault(
      'passing',
      `the metadata of ${edition} was cut short (${codeOf(error) ?? 'unknown error'})`,
    );
  } finally {
    reply.body.destroy();
  }
}

async function download(
  metadata: Metadata,
  exchange: UpdateRequest,
  options: FetchOptions,
): Promise<Fetched> {
  const { settings, edition, limits } = options;
  const { md5, date } = metadata;
  const url = new URL(`${settings.host}/geoip/databases/${edition}/download`);
  url.searchParams.set('date', date.replaceAll('-', ''));
  url.searchParams.set('suffix', 'tar.gz');
  const reply = await get(url, exchange);
  const path = join(settings.directory, `.${edition}.mmdb.${process.pid}.tmp`);
  try {
    const lastModified = parseHttpDate(headerOf(reply, 'last-modified') ?? '');
    if (lastModified === undefined) {
      throw new UpdateFault('final', `the download of ${edition} has no usable Last-Modified`);
    }
    const { signal, touch } = exchange.deadline;
    const found = await unpackDatabase({ body: reply.body, path, maxBytes: limits.maxBytes, signal, touch });
    if (found !== md5) {
      throw new UpdateFault(
        'final',
        `the database ${edition} does not have the hash that its metadata promised`,
      );
    }
    return { kind: 'fetched', path, md5, date, lastModified: new Date(lastModified) };
  } catch (error) {
    // If this fails too, the next run removes the file. The original error says more.
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    reply.body.destroy();
  }
}

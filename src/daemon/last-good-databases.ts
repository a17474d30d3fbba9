/**
 * Keeps a copy of each database in use in the state directory, for when its file is truncated, damaged or gone. A hard link
 * would not do, since files are also overwritten in place. If there is no room for a copy, that is logged, and tried again
 * each hour. A copy whose file is lost is destroyed after 30 days, if its license requires that or if it is not in use.
 */
import { rm, stat, statfs } from 'node:fs/promises';
import { basename } from 'node:path';
import { identityOf } from '../geo/file-identity.js';
import type { GeoSource, GeoSources } from '../geo/geo-sources.js';
import { endOf, formatNote, type LastGood, lastGoodPaths, readLastGood } from '../geo/last-good.js';
import { type DatabaseKind, readMetadata } from '../geo/mmdb-file.js';
import type { Clock } from '../platform/clock.js';
import { describeError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { HOUR_MS } from '../platform/time.js';
import { copyDurably, ensureDirectory, sweepUnfinished } from '../state/durable-file.js';
import type { StateFiles } from '../state/state-files.js';

const LOOK_MS = HOUR_MS;
/** Octets that a copy must leave free for everything else in the state directory. */
const SPARE_OCTETS = 32 * 2 ** 20;

export interface LastGoodKeeper {
  /** These are in use from now on; resolves when their copies are up to date. Never rejects. */
  follow(sources: GeoSources): Promise<void>;
  /** Why a database in use has no copy, one line each. */
  problems(): readonly string[];
  /** Abandons a copy in progress. */
  stop(): void;
}

export interface LastGoodOptions {
  /** The files of the directory for the copies. */
  readonly files: StateFiles;
  readonly clock: Clock;
  readonly log: Log;
  /** A copy in use must be destroyed: another database must replace it. */
  readonly onEnd: () => void;
  /** The free octets of the disk that a directory is on. */
  readonly freeAt?: (directory: string) => Promise<number>;
}

export function keepLastGood(options: LastGoodOptions): LastGoodKeeper {
  const { files, clock, log, onEnd, freeAt = freeOctets } = options;
  const { directory } = files;
  const problems = new Map<DatabaseKind, string>();
  let sources: GeoSources | undefined;
  let work: Promise<void> = sweep();
  let cancel = lookLater();
  let stopped = false;
  files.follow(() => void look());

  function lookLater(): () => void {
    return clock.after(LOOK_MS, () => {
      cancel = lookLater();
      void look();
    });
  }

  async function sweep(): Promise<void> {
    for (const kind of ['location', 'asn'] as const) {
      const { copy, note } = lastGoodPaths(directory, kind);
      for (const path of [copy, note]) await sweepUnfinished(path).catch(() => undefined);
    }
  }

  function look(): Promise<void> {
    work = work.then(async () => {
      if (sources === undefined || stopped) return;
      await keep('location', sources.location);
      await keep('asn', sources.asn);
    });
    return work;
  }

  async function keep(kind: DatabaseKind, source: GeoSource | undefined): Promise<void> {
    const kept = readLastGood(directory, kind);
    const problem = await problemOfCopy(kind, source, kept);
    if (stopped) return;
    if (problem !== undefined && problems.get(kind) !== problem) {
      log.warn({ event: 'database-not-kept', problem }, problem);
    }
    if (problem === undefined) problems.delete(kind);
    else problems.set(kind, problem);
  }

  /** Brings the copy up to date. Returns why a database in use has none. */
  async function problemOfCopy(
    kind: DatabaseKind,
    source: GeoSource | undefined,
    kept: LastGood | undefined,
  ): Promise<string | undefined> {
    let problem: string | undefined;
    if (source?.source === 'configured' || source?.source === 'updated') {
      try {
        const isKept = kept?.origin === source.path && kept.identity === source.identity;
        if (isKept && identityOf(kept.path) !== '') await write(kind, { ...kept, lost: undefined }, kept);
        else await copy(kind, source, source.source);
        return undefined;
      } catch (error) {
        problem = `there is no copy of ${source.path} for when it is damaged or gone: ${describeError(error)}`;
      }
    }
    // What can't be noted or destroyed now will be in an hour.
    await age(kind, source, kept).catch(() => undefined);
    return problem;
  }

  async function copy(
    kind: DatabaseKind,
    { path, identity = '' }: GeoSource,
    source: 'configured' | 'updated',
  ): Promise<void> {
    const { type, buildEpoch } = readMetadata(path);
    const paths = lastGoodPaths(directory, kind);
    await ensureDirectory(directory);
    // A copy that filled the disk would keep verdicts from being written meanwhile, hour after hour.
    const [{ size }, free] = await Promise.all([stat(path), freeAt(directory)]);
    if (free < size + SPARE_OCTETS) {
      throw new Error(`it has ${inMegabytes(size)} and ${inMegabytes(free)} are free`);
    }
    await copyDurably(path, paths.copy, async () => {
      if (stopped) throw new Error('this server ends');
      if (identityOf(path) !== identity) throw new Error('it was replaced while it was copied');
    });
    await write(kind, { origin: path, source, identity, type, build_epoch: buildEpoch });
    log.info({ event: 'database-kept', path, copy: paths.copy }, `${path} is kept as ${paths.copy}`);
  }

  /** Handles a copy of a file that is no longer in use. */
  async function age(
    kind: DatabaseKind,
    source: GeoSource | undefined,
    kept: LastGood | undefined,
  ): Promise<void> {
    const now = clock.now();
    // The clock is before the time the database was built, so it is wrong and does not show how long ago that was.
    if (kept === undefined || now < kept.build_epoch * 1000) return;
    const serves = source?.path === kept.path;
    const end = endOf({ ...kept, lost: kept.lost ?? now }, serves);
    if (end === undefined || end > now) return write(kind, { ...kept, lost: kept.lost ?? now }, kept);
    // Another database is chosen in its place, and `follow` is called with that next.
    if (serves) return onEnd();
    const paths = lastGoodPaths(directory, kind);
    await rm(paths.copy, { force: true });
    await rm(paths.note, { force: true });
    log.warn(
      { event: 'database-destroyed', origin: kept.origin, type: kept.type },
      `the last good copy of ${kept.origin} is destroyed: that file was lost 30 days ago`,
    );
  }

  async function write(
    kind: DatabaseKind,
    { origin, source, identity, type, build_epoch, lost }: Omit<LastGood, 'path' | 'version'>,
    before?: LastGood,
  ): Promise<void> {
    if (before !== undefined && before.lost === lost) return;
    const text = formatNote({
      origin,
      source,
      identity,
      type,
      build_epoch,
      ...(lost !== undefined && { lost }),
    });
    await files.write(basename(lastGoodPaths(directory, kind).note), text);
  }

  return {
    follow(next) {
      sources = next;
      return look();
    },
    problems: () => [...problems.values()],
    stop() {
      stopped = true;
      cancel();
    },
  };
}

async function freeOctets(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

function inMegabytes(octets: number): string {
  return `${Math.ceil(octets / 2 ** 20)} MiB`;
}

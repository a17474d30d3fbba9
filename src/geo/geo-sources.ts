/**
 * Which database files to use: what the operator names in the configuration, else what the updater fetched, else the
 * embedded one, so that there always is one for locations. In the place of a file that can't be used its last good copy
 * serves, and that is said: a mirror somewhat too far away is better than no answer, and the same mirrors as yesterday are
 * better than others for everybody.
 */
import { join } from 'node:path';
import { describeError } from '../platform/errors.js';
import { dateOf } from '../platform/time.js';
import { editionOf, editionsFor, fetchedEditions } from './editions.js';
import { embeddedDatabasePath } from './embedded.js';
import { identityOf } from './file-identity.js';
import { endOf, type LastGood, readLastGood } from './last-good.js';
import { type DatabaseKind, readMetadata } from './mmdb-file.js';
import { type VerifiedDatabase, verifyDatabase } from './verify.js';

/** `kept` is a last good copy. */
export type SourceName = 'configured' | 'updated' | 'kept' | 'embedded';

export interface GeoSource {
  readonly path: string;
  readonly source: SourceName;
  /** Of the file when it was found good; absent for the embedded one. */
  readonly identity?: string;
}

export interface GeoSources {
  readonly location: GeoSource;
  /** Absent where nobody names or fetches one; none is embedded. */
  readonly asn?: GeoSource;
  /** Why files that come before the chosen ones were passed over, one line each. */
  readonly problems: readonly string[];
  /** Those files, by path. */
  readonly passedOver: readonly string[];
}

/** What `status --json` lists of a database. */
export interface GeoDescription {
  readonly type: string;
  readonly source: SourceName;
  /** Seconds since 1970. */
  readonly build_epoch: number;
  readonly path: string;
}

export interface GeoChoice {
  /** The configuration's `geo.city` and `geo.asn`. */
  readonly configured: { readonly city?: string | undefined; readonly asn?: string | undefined };
  /** Where the updater puts EDITION.mmdb. */
  readonly directory: string;
  /** Where the last good copies are; absent: there are none. */
  readonly lastGood?: string | undefined;
  /** The editions that it fetches; files of others are left from before. */
  readonly editions?: readonly string[] | undefined;
  /** Files that turned out to be damaged when they were read to the end, and what was said of them: don't take these. */
  readonly refused?: ReadonlyMap<string, string>;
  /** What serves, and need not be verified again as long as it is the same. */
  readonly known?: GeoSources | undefined;
  /** Is handed what was read of each file that had to be verified, so that it need not be read again. */
  readonly onVerified?: (verified: VerifiedDatabase) => void;
  /** Milliseconds since 1970. */
  readonly now?: number;
}

/**
 * Chooses; a file that was never found good before is read to the end for that. Throws DATABASE_INVALID only if even the
 * embedded database is of no use.
 */
export function chooseSources(choice: GeoChoice): GeoSources {
  const location = chooseSource('location', choice);
  const asn = chooseSource('asn', choice);
  return {
    location: location.source ?? embedded(),
    ...(asn.source !== undefined && { asn: asn.source }),
    problems: [...location.problems, ...asn.problems],
    passedOver: [...location.passedOver, ...asn.passedOver],
  };
}

/** A file that has come in the place of the one that its kind's last good copy is of: another of the same type. */
export interface PendingUpdate {
  readonly kind: DatabaseKind;
  readonly path: string;
  readonly identity: string;
  readonly type: string;
  /** Seconds since 1970. */
  readonly build_epoch: number;
  /** The copy of the one before. */
  readonly before: string;
}

/** Undefined where there is none, or none that can be read. */
export function pendingUpdate(kind: DatabaseKind, choice: GeoChoice): PendingUpdate | undefined {
  const kept = choice.lastGood === undefined ? undefined : readLastGood(choice.lastGood, kind);
  if (kept === undefined || !candidatesFor(kind, choice, kept).some(({ path }) => path === kept.origin)) {
    return undefined;
  }
  const { origin: path, path: before } = kept;
  const identity = identityOf(path);
  if (identity === '' || identity === kept.identity || identityOf(before) === '') return undefined;
  try {
    const { type, buildEpoch } = readMetadata(path);
    return type === kept.type ? { kind, path, identity, type, build_epoch: buildEpoch, before } : undefined;
  } catch {
    // What can't be read is not served anyway, and that is said where it is chosen.
    return undefined;
  }
}

/** The same of one kind; no source where there is none but what may be embedded. */
export function chooseSource(
  kind: DatabaseKind,
  choice: GeoChoice,
): { readonly source?: GeoSource } & Pick<GeoSources, 'problems' | 'passedOver'> {
  const problems: string[] = [];
  const passedOver: string[] = [];
  const kept = choice.lastGood === undefined ? undefined : readLastGood(choice.lastGood, kind);
  for (const candidate of candidatesFor(kind, choice, kept)) {
    // Taken before it is read: what replaces it meanwhile is another file.
    const source = { ...candidate, identity: identityOf(candidate.path) };
    const problem = problemOf(source, kind, choice, kept);
    if (problem === null) {
      if (kept !== undefined && source.source === 'kept')
        problems.push(`${problems.pop()}; ${describeKept(kept, choice.now)}`);
      return { source, problems, passedOver };
    }
    problems.push(problem);
    passedOver.push(source.path);
  }
  return { problems, passedOver };
}

/** What status says of a database; reads its metadata only. Throws DATABASE_INVALID. */
export function describeSource({ path, source }: GeoSource): GeoDescription {
  const { type, buildEpoch } = readMetadata(path);
  return { type, source, build_epoch: buildEpoch, path };
}

/** Every file that may serve, best first, each with its last good copy behind it. */
function candidatesFor(
  kind: DatabaseKind,
  { configured, directory, editions, now = Date.now() }: GeoChoice,
  kept: LastGood | undefined,
): GeoSource[] {
  const end = kept === undefined ? undefined : endOf(kept);
  const copy = kept === undefined || (end !== undefined && end <= now) ? undefined : kept;
  const named = kind === 'asn' ? configured.asn : configured.city;
  const fetched = fetchedEditions(directory);
  const ofCopy = copy?.source === 'updated' ? [editionOf(copy.origin)] : [];
  return [
    ...(named === undefined ? [] : [{ path: named, source: 'configured' } as const]),
    ...(named === undefined || copy?.source !== 'configured'
      ? []
      : [{ path: copy.path, source: 'kept' } as const]),
    ...editionsFor(kind, [...fetched, ...ofCopy], editions).flatMap((edition) => [
      { path: join(directory, `${edition}.mmdb`), source: 'updated' } as const,
      ...(copy !== undefined && ofCopy.includes(edition)
        ? [{ path: copy.path, source: 'kept' } as const]
        : []),
    ]),
  ];
}

/** Why a file can't be used for `kind`; null where it can. */
function problemOf(
  { path, identity }: GeoSource,
  kind: DatabaseKind,
  { refused, known, onVerified }: GeoChoice,
  kept: LastGood | undefined,
): string | null {
  const refusal = refused?.get(path);
  if (refusal !== undefined) return refusal;
  const before = known?.[kind];
  const isKnown =
    (before?.path === path && before.identity === identity) ||
    (kept?.origin === path && kept.identity === identity);
  try {
    if (isKnown) readMetadata(path);
    else {
      const verified = verifyDatabase(path, { kind });
      onVerified?.(verified);
    }
    return null;
  } catch (error) {
    return describeError(error);
  }
}

function describeKept(kept: LastGood, now = Date.now()): string {
  const end = endOf({ ...kept, lost: kept.lost ?? now });
  const made = dateOf(kept.build_epoch * 1000);
  const until = end === undefined ? '' : `, until ${dateOf(end)} at the latest as its license asks`;
  return `its last good copy, ${kept.type} made ${made}, serves${until}`;
}

function embedded(): GeoSource {
  return { path: embeddedDatabasePath(), source: 'embedded' };
}

/**
 * Which database files to use: those that the operator names in the configuration, else those that the updater fetched, else
 * the embedded one, so that there is always one for locations. If a file cannot be used, its last good copy is used instead,
 * and this is reported: a mirror that is somewhat too far away is better than no answer, and the same mirrors as yesterday
 * are better than different ones for all clients.
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
  /** The file's identity when it was found valid; absent for the embedded one. */
  readonly identity?: string;
}

export interface GeoSources {
  readonly location: GeoSource;
  /** Absent: none is configured or fetched. None is embedded. */
  readonly asn?: GeoSource;
  /** Why files that would precede the chosen ones were passed over, one line each. */
  readonly problems: readonly string[];
  /** The paths of those files. */
  readonly passedOver: readonly string[];
}

/** What `status --json` reports about a database. */
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
  /** The directory of the last good copies. Absent: there are none. */
  readonly lastGood?: string | undefined;
  /** The editions that the updater fetches; files of other editions are left over from before. */
  readonly editions?: readonly string[] | undefined;
  /** Files that turned out to be damaged when they were read completely, and the messages about them. They are not used. */
  readonly refused?: ReadonlyMap<string, string>;
  /** The files in use, which need not be verified again unless they change. */
  readonly known?: GeoSources | undefined;
  /** Gets what was read of each file that had to be verified, so that it need not be read again. */
  readonly onVerified?: (verified: VerifiedDatabase) => void;
  /** Milliseconds since 1970. */
  readonly now?: number;
}

/**
 * Chooses the files. One that has not been found valid before is read completely to check it. Throws DATABASE_INVALID only
 * if even the embedded database cannot be used.
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

/** A file that has replaced the one that the last good copy of its kind was made of: another of the same type. */
export interface PendingUpdate {
  readonly kind: DatabaseKind;
  readonly path: string;
  readonly identity: string;
  readonly type: string;
  /** Seconds since 1970. */
  readonly build_epoch: number;
  /** The path of the copy of the previous one, and the identity of the file that was copied. */
  readonly before: string;
  readonly replaced: string;
}

/** The pending update of a kind; undefined if there is none, or it cannot be read. */
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
    if (type !== kept.type) return undefined;
    return { kind, path, identity, type, build_epoch: buildEpoch, before, replaced: kept.identity };
  } catch {
    // A file that cannot be read is not used anyway; that is reported when files are chosen.
    return undefined;
  }
}

/** Chooses the file of one kind; without a source if there is none other than the embedded one. */
export function chooseSource(
  kind: DatabaseKind,
  choice: GeoChoice,
): { readonly source?: GeoSource } & Pick<GeoSources, 'problems' | 'passedOver'> {
  const problems: string[] = [];
  const passedOver: string[] = [];
  const kept = choice.lastGood === undefined ? undefined : readLastGood(choice.lastGood, kind);
  for (const candidate of candidatesFor(kind, choice, kept)) {
    // The identity is taken before the file is read: if it is replaced meanwhile, the new one counts as another file.
    const source = { ...candidate, identity: identityOf(candidate.path) };
    const problem = problemOf(source, kind, choice, kept);
    if (problem === null) {
      if (kept !== undefined && source.source === 'kept')
        problems.push(`${problems.pop()}; ${describeKept(kept, passedOver.at(-1), choice.now)}`);
      return { source, problems, passedOver };
    }
    problems.push(problem);
    passedOver.push(source.path);
  }
  return { problems, passedOver };
}

/** What status reports about a database. Reads only its metadata. Throws DATABASE_INVALID. */
export function describeSource({ path, source }: GeoSource): GeoDescription {
  const { type, buildEpoch } = readMetadata(path);
  return { type, source, build_epoch: buildEpoch, path };
}

/** Every file that may be used, best first, each followed by its last good copy. */
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

/** Why a file cannot be used for `kind`; null if it can. */
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

/** What serves in place of the file at `path`: a copy of it, or of the one that the config file named before. */
function describeKept(kept: LastGood, path: string | undefined, now = Date.now()): string {
  const end = endOf({ ...kept, lost: kept.lost ?? now });
  const made = dateOf(kept.build_epoch * 1000);
  const until = end === undefined ? '' : `, until ${dateOf(end)} at the latest as its license asks`;
  const isOther = kept.source === 'configured' && kept.origin !== path;
  const copy = isOther ? `the last good copy of ${kept.origin}` : 'its last good copy';
  return `${copy}, ${kept.type} made ${made}, serves${until}`;
}

function embedded(): GeoSource {
  return { path: embeddedDatabasePath(), source: 'embedded' };
}

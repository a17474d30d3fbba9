/**
 * Which database files to use: what the operator names in the configuration, else what the updater fetched, else the
 * embedded one, so that there always is one for locations. A file that can't be used is passed over and said, not fatal:
 * a mirror somewhat too far away is better than no answer.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeError } from '../errors.js';
import { databaseFault } from './database-fault.js';
import { embeddedDatabasePath } from './embedded.js';
import { type DatabaseKind, kindOfType, readMetadata } from './mmdb-file.js';

export type SourceName = 'configured' | 'updated' | 'embedded';

export interface GeoSource {
  readonly path: string;
  readonly source: SourceName;
}

export interface GeoSources {
  readonly location: GeoSource;
  /** Absent where nobody names or fetches one; none is embedded. */
  readonly asn?: GeoSource;
  /** Why files that come before the chosen ones were passed over, one line each. */
  readonly problems: readonly string[];
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
  /** Files that turned out to be damaged when they were read to the end, and what was said of them: don't take these. */
  readonly refused?: ReadonlyMap<string, string>;
}

/**
 * Chooses, looking at the metadata of each file only, so that it is quick. An updated file that is not there is no
 * problem. Throws DATABASE_INVALID only if even the embedded database is of no use.
 */
export function chooseSources({ configured, directory, refused = new Map() }: GeoChoice): GeoSources {
  const problems: string[] = [];
  const choose = (
    kind: DatabaseKind,
    named: string | undefined,
    editions: readonly string[],
  ): GeoSource | undefined => {
    const candidates: GeoSource[] = named === undefined ? [] : [{ path: named, source: 'configured' }];
    for (const edition of editions) {
      const path = join(directory, `${edition}.mmdb`);
      if (existsSync(path)) candidates.push({ path, source: 'updated' });
    }
    return candidates.find((candidate) => {
      const problem = problemOf(candidate.path, kind, refused);
      if (problem !== null) problems.push(problem);
      return problem === null;
    });
  };
  const location = choose('location', configured.city, ['GeoLite2-City', 'GeoLite2-Country']) ?? embedded();
  const asn = choose('asn', configured.asn, ['GeoLite2-ASN']);
  return { location, ...(asn !== undefined && { asn }), problems };
}

/** What status says of a database; reads its metadata only. Throws DATABASE_INVALID. */
export function describeSource({ path, source }: GeoSource): GeoDescription {
  const { type, buildEpoch } = readMetadata(path);
  return { type, source, build_epoch: buildEpoch, path };
}

/** Why a file can't be used for `kind`; null where it can. */
function problemOf(path: string, kind: DatabaseKind, refused: ReadonlyMap<string, string>): string | null {
  const refusal = refused.get(path);
  if (refusal !== undefined) return refusal;
  try {
    const { type } = readMetadata(path);
    if (kindOfType(type) === kind) return null;
    return describeError(
      databaseFault(path, `${type} does not name ${kind === 'asn' ? 'AS numbers' : 'locations'}`),
    );
  } catch (error) {
    return describeError(error);
  }
}

function embedded(): GeoSource {
  return { path: embeddedDatabasePath(), source: 'embedded' };
}

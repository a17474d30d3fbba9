/**
 * Maps worked out earlier, so that a start or reload with the same databases and mirror locations need not read a database
 * at all. With one of the size of a City database that saves a second. A file is used only if this version made it from the
 * very same databases and geographies, and if it is complete; otherwise the maps are worked out again.
 */
import { createHash } from 'node:crypto';
import { closeSync, readdirSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf } from '../../geo/file-identity.js';
import type { GeoSources } from '../../geo/geo-sources.js';
import { VERSION } from '../../platform/version.js';
import { ensureChildSync, writeDurablySync } from '../../state/durable-file.js';
import { openPlainSync } from '../../state/plain-file.js';
import { type GeographyPlan, geographyKey } from '../pool-plan.js';
import type { Geography } from './geography.js';
import { type PackedMaps, unpackMaps } from './packed-maps.js';

/** Must be raised whenever the contents of a file, or how catchments follow from a database, change between two versions. */
const FORMAT = 9;
const MOST_OCTETS = 2 ** 31 - 1;
/** Maps, and temporary files left by a killed process. */
const OURS = /^\.?[0-9a-f]{64}\.map(\.\d+\.tmp)?$/;

export interface MapCache {
  /** The geographies of all plans; undefined if they were not worked out before. */
  load(): readonly Geography[] | undefined;
  /**
   * Stores these maps, and removes all others; does nothing if a database has been replaced since it was chosen. Throws the
   * system's error.
   */
  save(maps: PackedMaps): void;
}

/**
 * Opens the cache in a directory for the maps of these plans over the databases in use, with `memory` octets for exact maps.
 */
export function openMapCache(
  directory: string,
  { location, asn }: GeoSources,
  plans: readonly GeographyPlan[],
  memory: number,
): MapCache {
  const sources = [location, ...(asn === undefined ? [] : [asn])];
  // As they were before they were read: maps of a file that is replaced meanwhile must not count as those of the next one.
  const databases = sources.map(({ path, identity }) => [path, identity ?? identityOf(path)]);
  const made = JSON.stringify([VERSION, FORMAT, databases, memory, plans.map(geographyKey)]);
  const name = `${createHash('sha256').update(made).digest('hex')}.map`;
  return {
    load: () => readMaps(join(directory, name)),
    save({ block }) {
      if (databases.some(([path = '', identity]) => identityOf(path) !== identity)) return;
      ensureChildSync(directory);
      // Anything else with the name of a map goes too, or it would be in the way at each start.
      for (const other of readdirSync(directory)) {
        if (OURS.test(other)) rmSync(join(directory, other), { force: true, recursive: true });
      }
      writeDurablySync(join(directory, name), block);
    },
  };
}

/** The geographies in a file; undefined if there is no complete one. */
function readMaps(path: string): readonly Geography[] | undefined {
  try {
    const { file, size } = openPlainSync(path, MOST_OCTETS);
    try {
      const block = new Uint8Array(size);
      let end = 0;
      for (let read = -1; end < size && read !== 0; end += read)
        read = readSync(file, block, end, size - end, end);
      return unpackMaps(block);
    } finally {
      closeSync(file);
    }
  } catch {
    // It does not exist, is no regular file, or can't be read: the maps are worked out again.
    return undefined;
  }
}

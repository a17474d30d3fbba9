/**
 * Maps that were worked out before, so that a start or a reload which changes neither databases nor mirrors' places need
 * not read a database at all: with one the size of a city database that is a second less. A file is used only if it was
 * made by this version from the very same databases and geographies, and is whole; anything else is worked out again.
 */
import { createHash } from 'node:crypto';
import { closeSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { GeoSources } from '../../geo/geo-sources.js';
import { VERSION } from '../../platform/version.js';
import { ensureChildSync, writeDurablySync } from '../../state/durable-file.js';
import { openPlainSync } from '../../state/plain-file.js';
import { type GeographyPlan, geographyKey } from '../pool-plan.js';
import type { Geography } from './geography.js';
import { type PackedMaps, unpackMaps } from './packed-maps.js';

/** Raised whenever what is in a file, or how catchments follow from a database, changes between two versions. */
const FORMAT = 9;
const MOST_OCTETS = 2 ** 31 - 1;
/** Maps, and what a killed process left of one. */
const OURS = /^\.?[0-9a-f]{64}\.map(\.\d+\.tmp)?$/;

export interface MapCache {
  /** The geographies of all plans, where they were worked out before. */
  load(): readonly Geography[] | undefined;
  /** Keeps these, and removes all others. Throws the system's error. */
  save(maps: PackedMaps): void;
}

/** The cache in a directory of the maps of these plans over the databases that are in use, in so many octets. */
export function openMapCache(
  directory: string,
  { location, asn }: GeoSources,
  plans: readonly GeographyPlan[],
  memory: number,
): MapCache {
  const databases = [location, asn].map((source) => (source === undefined ? null : identityOf(source.path)));
  const made = JSON.stringify([VERSION, FORMAT, databases, memory, plans.map(geographyKey)]);
  const name = `${createHash('sha256').update(made).digest('hex')}.map`;
  return {
    load: () => readMaps(join(directory, name)),
    save({ block }) {
      ensureChildSync(directory);
      // Whatever has the name of a map and is none goes too, or it would be in the way at each start.
      for (const other of readdirSync(directory)) {
        if (OURS.test(other)) rmSync(join(directory, other), { force: true, recursive: true });
      }
      writeDurablySync(join(directory, name), block);
    },
  };
}

/** What changes when a database does. */
function identityOf(path: string): readonly (string | number)[] {
  // One that went this moment is missed by who reads it.
  const { ino = 0, size = 0, mtimeMs = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return [path, ino, size, mtimeMs];
}

/** The geographies in a file; undefined where there is none, or none that is whole. */
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
    // Not there, no file, or not to be read: it is worked out again.
    return undefined;
  }
}

/**
 * What addresses are in beside their country, for the orders that ask for it. It is read apart from locations, and only what
 * is asked for: of half a million locations few differ by it, and most operators name no continent and no state.
 */

import { CONTINENTS } from '../platform/continents.js';
import { isSubdivision } from '../platform/countries.js';
import type { Region } from '../platform/types.js';
import { readText } from './field-reader.js';
import { type MmdbFile, readMmdb } from './mmdb-file.js';
import { pathFinder } from './path-finder.js';
import { indexRecords, type RecordIndex } from './record-index.js';
import { CONTINENT, COUNTRY, SUBDIVISION } from './record-shapes.js';

/** What is asked for: continents, and which subdivisions. */
export interface WantedRegions {
  readonly continents: boolean;
  readonly wantsSubdivision: (code: string) => boolean;
}

export interface Regions {
  /** By record of an index, behind the unknown: the number of its region. */
  readonly numbers: Uint32Array<ArrayBuffer>;
  /** The first is that of which nothing is known. */
  readonly all: readonly Region[];
}

/** The region that a record's fields name. A code that no region has is none, and so is a subdivision without its country. */
export function knownRegion(
  country: string | undefined,
  continentCode: string | undefined,
  subdivisionCode: string | undefined,
): Region {
  const continent = CONTINENTS.find((code) => code === continentCode);
  const subdivision = `${country}-${subdivisionCode}`;
  return {
    ...(continent !== undefined && { continent }),
    ...(isSubdivision(subdivision) && { subdivision }),
  };
}

/** Reads the regions of all records of an index, as far as they are wanted. Throws DATABASE_INVALID. */
export function readRegions(
  { data }: MmdbFile,
  { offsets }: RecordIndex,
  { continents, wantsSubdivision }: WantedRegions,
): Regions {
  const numbers = new Uint32Array(offsets.length + 1);
  const all: Region[] = [{}];
  const known = new Map([[nameOf({}), 0]]);
  const find = pathFinder(data, [COUNTRY, CONTINENT, SUBDIVISION]);
  const textAt = (at = 0): string | undefined => (at === 0 ? undefined : readText(data, at));
  for (const [i, offset] of offsets.entries()) {
    const [countryAt, continentAt, subdivisionAt] = find(offset);
    const { continent, subdivision } = knownRegion(
      textAt(countryAt),
      textAt(continentAt),
      textAt(subdivisionAt),
    );
    const region = {
      ...(continents && continent !== undefined && { continent }),
      ...(subdivision !== undefined && wantsSubdivision(subdivision) && { subdivision }),
    };
    const name = nameOf(region);
    const number = known.get(name) ?? all.push(region) - 1;
    known.set(name, number);
    numbers[i + 1] = number;
  }
  return { numbers, all };
}

/** All subdivisions that the database at a path tells of. Throws DATABASE_INVALID. */
export function subdivisionsIn(path: string): ReadonlySet<string> {
  const file = readMmdb(path);
  const { all } = readRegions(file, indexRecords(file), { continents: false, wantsSubdivision: () => true });
  return new Set(all.flatMap(({ subdivision }) => subdivision ?? []));
}

function nameOf({ continent, subdivision }: Region): string {
  return `${continent} ${subdivision}`;
}

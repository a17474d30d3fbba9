/**
 * The regions that addresses are in, other than their countries, for the orders that need them. They are read separately
 * from locations, and only the wanted ones: few of half a million locations differ by them, and most operators name no
 * continents and no subdivisions.
 */

import { CONTINENTS } from '../platform/continents.js';
import { isSubdivision } from '../platform/countries.js';
import type { Region } from '../platform/types.js';
import { readText } from './field-reader.js';
import { type MmdbFile, readMmdb } from './mmdb-file.js';
import { pathFinder } from './path-finder.js';
import { indexRecords, type RecordIndex } from './record-index.js';
import { CONTINENT, COUNTRY, SUBDIVISION } from './record-shapes.js';

/** What is wanted: whether continents, and which subdivisions. */
export interface WantedRegions {
  readonly continents: boolean;
  readonly wantsSubdivision: (code: string) => boolean;
}

export interface Regions {
  /** By record number + 1 in an index, 0 being the unknown: the number of its region. */
  readonly numbers: Uint32Array<ArrayBuffer>;
  /** The first is the region of which nothing is known. */
  readonly all: readonly Region[];
}

/** The region that a record's fields name. Unknown codes count as none, and so does a subdivision without its country. */
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

/** Reads the wanted regions of all records of an index. Throws DATABASE_INVALID. */
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

/** All subdivisions in the database at a path. Throws DATABASE_INVALID. */
export function subdivisionsIn(path: string): ReadonlySet<string> {
  const file = readMmdb(path);
  const { all } = readRegions(file, indexRecords(file), { continents: false, wantsSubdivision: () => true });
  return new Set(all.flatMap(({ subdivision }) => subdivision ?? []));
}

function nameOf({ continent, subdivision }: Region): string {
  return `${continent} ${subdivision}`;
}

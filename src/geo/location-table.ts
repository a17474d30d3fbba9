/**
 * The distinct locations of a database as a struct of arrays. A City database has some hundred thousand, and the compiler
 * goes over all of them for each pool, so they are arrays of numbers and not objects. Index 0 is the unknown location.
 */
import type { Location } from '../platform/types.js';

export interface LocationTable {
  readonly count: number;
  /** Two ASCII letters, `first << 8 | second`; 0 for none. */
  readonly country: Uint16Array;
  /** Degrees; NaN for none. */
  readonly latitude: Float64Array;
  readonly longitude: Float64Array;
  /** The number of its region (regions.ts), if regions were requested; else 0. */
  readonly region: Uint32Array;
}

export interface LocationTableBuilder {
  /** The index of a location in a region; equal ones share it. */
  add(location: Location, region?: number): number;
  /** The table of all that were added. */
  table(): LocationTable;
}

/** A country code as the table stores it; 0 for none. */
export function packCountry(code: string | undefined): number {
  return code === undefined ? 0 : (code.charCodeAt(0) << 8) | code.charCodeAt(1);
}

/** The code that a packed country stands for; undefined for 0. */
export function unpackCountry(packed: number): string | undefined {
  return packed === 0 ? undefined : String.fromCharCode(packed >> 8, packed & 0xff);
}

/** The location at an index of the table; unknown if the index is beyond it. */
export function locationAt(table: LocationTable, index: number): Location {
  const country = unpackCountry(table.country[index] ?? 0);
  const latitude = table.latitude[index] ?? Number.NaN;
  const longitude = table.longitude[index] ?? Number.NaN;
  const point = Number.isNaN(latitude) ? undefined : { latitude, longitude };
  return { ...(country !== undefined && { country }), ...(point !== undefined && { point }) };
}

/** Starts a table that has only the unknown location. */
export function createLocationTable(): LocationTableBuilder {
  let country = new Uint16Array(1024);
  let latitude = new Float64Array(1024);
  let longitude = new Float64Array(1024);
  let region = new Uint32Array(1024);
  /** An open hash table of indexes, at most half full; it avoids making a text of each key. 0 is a free slot. */
  let slots = new Int32Array(2048);
  let count = 0;
  const scratch = new Float64Array(2);
  const words = new Int32Array(scratch.buffer);

  const hash = (code: number, y: number, x: number, within: number): number => {
    scratch[0] = y;
    scratch[1] = x;
    let mixed = code ^ (within << 16);
    for (let i = 0; i < 4; i++) mixed = Math.imul(mixed ^ (words[i] ?? 0), 0x9e3779b1) ^ (mixed >>> 15);
    return mixed ^ (mixed >>> 13);
  };
  const grow = (): void => {
    const before = { country, latitude, longitude, region };
    country = new Uint16Array(count * 2);
    latitude = new Float64Array(count * 2);
    longitude = new Float64Array(count * 2);
    region = new Uint32Array(count * 2);
    country.set(before.country);
    latitude.set(before.latitude);
    longitude.set(before.longitude);
    region.set(before.region);
    slots = new Int32Array(count * 4);
    for (let i = 1; i < count; i++) {
      let slot =
        hash(country[i] ?? 0, latitude[i] ?? 0, longitude[i] ?? 0, region[i] ?? 0) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = i;
    }
  };
  const append = (code: number, y: number, x: number, within: number): number => {
    if (count === country.length) grow();
    region[count] = within;
    country[count] = code;
    latitude[count] = y;
    longitude[count] = x;
    return count++;
  };
  append(0, Number.NaN, Number.NaN, 0);

  return {
    add({ country: name, point }, within = 0) {
      const code = packCountry(name);
      if (point === undefined && code === 0 && within === 0) return 0;
      const y = point === undefined ? Number.NaN : point.latitude;
      const x = point === undefined ? Number.NaN : point.longitude;
      let slot = hash(code, y, x, within) & (slots.length - 1);
      for (let i = slots[slot] ?? 0; i !== 0; i = slots[slot] ?? 0) {
        const isPlace = Object.is(latitude[i], y) && Object.is(longitude[i], x);
        if (isPlace && country[i] === code && region[i] === within) return i;
        slot = (slot + 1) & (slots.length - 1);
      }
      const grows = count === country.length;
      const index = append(code, y, x, within);
      if (grows) {
        slot = hash(code, y, x, within) & (slots.length - 1);
        while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = index;
      return index;
    },
    table: () => ({
      count,
      country: country.slice(0, count),
      latitude: latitude.slice(0, count),
      longitude: longitude.slice(0, count),
      region: region.slice(0, count),
    }),
  };
}

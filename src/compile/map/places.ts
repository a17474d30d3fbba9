/**
 * The locations of a database, grouped into squares of a quarter of a degree. What is seen from the middle of a square is
 * mostly what is seen from all of it, so only a sixth of the half million locations of a City database are looked at one by
 * one.
 *
 * Locations stay in arrays of numbers here too, and one client object is reused to show them: hundreds of thousands of
 * objects would take as long to collect as everything else takes to do.
 */
import { type LocationTable, unpackCountry } from '../../geo/location-table.js';
import type { Point, Region } from '../../platform/types.js';
import type { Client } from '../../select/candidate.js';
import { distanceKm, toVector, type Vector } from '../../select/distance.js';

export interface Places {
  readonly table: LocationTable;
  /** A client at a location, in no AS and no network. It is the same object each time, valid until the next call. */
  clientAt(location: number): Client;
  readonly squares: Squares;
}

/** Each square has neighbouring locations in one country and region. */
export interface Squares {
  /** By location: the number of its square, or -1 for none. */
  readonly of: Int32Array;
  /** By square: the radius in kilometres around its middle within which all its locations are. */
  readonly radii: Float64Array;
  /** A client in the middle of a square, as `clientAt` shows it. */
  middleOf(square: number): Client;
}

const PER_DEGREE = 4;
const ROWS = 180 * PER_DEGREE + 1;
const COLUMNS = 360 * PER_DEGREE + 1;
/** With fewer locations than this, all are looked at one by one. */
const FEW = 30_000;
/** Greater than any packed country. */
const CODES = 2 ** 16;

const NO_NETWORKS: readonly number[] = [];

/** The places of a table; `regions` are by number. */
export function placesOf(table: LocationTable, regions: readonly Region[]): Places {
  const { count, country, latitude, longitude, region } = table;
  const show = showClients(table, regions);
  /** Three numbers for each location looked at, so that a thousand geographies work out once where it is. */
  const vectors = new Float64Array(count * 3);
  const clientAt = (location: number): Client => {
    const at = location * 3;
    const y = latitude[location] ?? Number.NaN;
    if (Number.isNaN(y)) return show(location);
    // A vector is never zero, so zeros mean that it is not worked out yet.
    if (vectors[at] === 0 && vectors[at + 1] === 0 && vectors[at + 2] === 0)
      putVector(vectors, at, { latitude: y, longitude: longitude[location] ?? 0 });
    return show(location, vectors, at);
  };
  const squareOf = new Int32Array(count).fill(-1);
  /** The position of each square, and one of its locations. */
  const spots: number[] = [];
  const firsts: number[] = [];
  /** By row and column: the square's number + 1. */
  const numbers = new Int32Array(count < FEW ? 0 : ROWS * COLUMNS);
  for (let i = 0; i < count && count >= FEW; i++) {
    const y = latitude[i] ?? Number.NaN;
    if (Number.isNaN(y)) continue;
    const row = Math.floor((y + 90) * PER_DEGREE);
    const at = row * COLUMNS + Math.floor(((longitude[i] ?? 0) + 180) * PER_DEGREE);
    if (numbers[at] === 0) {
      firsts.push(i);
      numbers[at] = spots.push(at);
    }
    const number = (numbers[at] ?? 0) - 1;
    const first = firsts[number] ?? 0;
    // If two countries or regions meet in a square, the locations of the other are in no square.
    if (country[first] === country[i] && region[first] === region[i]) squareOf[i] = number;
  }
  const middles = new Float64Array(spots.length * 3);
  const radii = new Float64Array(spots.length);
  for (const [square, at] of spots.entries()) {
    const row = Math.floor(at / COLUMNS);
    putVector(middles, square * 3, pointIn(row, at % COLUMNS, 0.5, 0.5));
    radii[square] = radiusIn(row);
  }
  const middleOf = (square: number): Client => show(firsts[square] ?? 0, middles, square * 3);
  return { table, clientAt, squares: { of: squareOf, radii, middleOf } };
}

/**
 * Returns a function that shows a client in the country and region of a location, at the vector at `at` in `vectors`;
 * without `vectors`, the client has no point.
 */
function showClients(
  { country, region }: LocationTable,
  regions: readonly Region[],
): (location: number, vectors?: Float64Array, at?: number) => Client {
  const names = new Array<string | undefined>(CODES);
  const vector = { x: 0, y: 0, z: 0 };
  const client: { -readonly [K in keyof Client]: Client[K] } = {
    country: undefined,
    region: undefined,
    networks: NO_NETWORKS,
    point: undefined,
  };
  return (location, vectors, at = 0) => {
    const code = country[location] ?? 0;
    names[code] ??= unpackCountry(code);
    client.country = names[code];
    client.region = regions[region[location] ?? 0];
    client.point = undefined;
    if (vectors === undefined) return client;
    vector.x = vectors[at] ?? 0;
    vector.y = vectors[at + 1] ?? 0;
    vector.z = vectors[at + 2] ?? 0;
    client.point = vector;
    return client;
  };
}

function putVector(vectors: Float64Array, at: number, point: Point): void {
  const { x, y, z } = toVector(point);
  vectors[at] = x;
  vectors[at + 1] = y;
  vectors[at + 2] = z;
}

/** A point in a square, this far up and to the right in it (0 to 1). */
function pointIn(row: number, column: number, up: number, right: number): Point {
  return {
    latitude: Math.min(90, (row + up) / PER_DEGREE - 90),
    longitude: (column + right) / PER_DEGREE - 180,
  };
}

/** No point of a square is farther from the middle than its corners to the north or south. */
function radiusIn(row: number): number {
  const at = (up: number, right: number): Vector => toVector(pointIn(row, 0, up, right));
  return Math.max(distanceKm(at(0.5, 0.5), at(0, 0)), distanceKm(at(0.5, 0.5), at(1, 0)));
}

/**
 * The locations of a database by squares of a quarter of a degree: what can be seen from the middle of one is mostly what
 * can be seen from all of it, so that of the half million locations of a City database a sixth is looked at one by one.
 *
 * They are numbers beside numbers here too, and who looks at one is shown it: hundreds of thousands of objects would take
 * as long to collect as all else takes to do.
 */
import { type LocationTable, unpackCountry } from '../../geo/location-table.js';
import type { Point, Region } from '../../platform/types.js';
import type { Client } from '../../select/candidate.js';
import { distanceKm, toVector, type Vector } from '../../select/distance.js';

export interface Places {
  readonly table: LocationTable;
  /** A client at a location, in no AS and no network; the same object each time, good until the next is asked for. */
  clientAt(location: number): Client;
  readonly squares: Squares;
}

/** Each has locations beside each other in one country and region, or in none. */
export interface Squares {
  readonly count: number;
  /** By location: its square's number, or -1 where it is in none. */
  readonly of: Int32Array;
  /** A client in the middle of a square, as `clientAt` shows it. */
  middleOf(square: number): Client;
  /** Kilometres around the middle in which they all are. */
  radiusOf(square: number): number;
}

const PER_DEGREE = 4;
const ROWS = 180 * PER_DEGREE + 1;
const COLUMNS = 360 * PER_DEGREE + 1;
/** Fewer locations are looked at one by one. */
const FEW = 30_000;
/** Above all packed countries. */
const CODES = 2 ** 16;

const NO_NETWORKS: readonly number[] = [];

/** The places of a table, with its regions by number. */
export function placesOf(table: LocationTable, regions: readonly Region[]): Places {
  const { count, country, latitude, longitude, region } = table;
  const show = showClients(table, regions);
  /** Where each square is, and one of its locations. */
  const spots: number[] = [];
  const firsts: number[] = [];
  const radii = Float64Array.from({ length: ROWS }, (_, row) => radiusIn(row));
  const rowOf = (square: number): number => Math.floor((spots[square] ?? 0) / COLUMNS);
  const squareOf = new Int32Array(count).fill(-1);
  const places: Places = {
    table,
    clientAt: (location) => show(location),
    squares: {
      get count() {
        return spots.length;
      },
      of: squareOf,
      middleOf(square) {
        const row = rowOf(square);
        return show(firsts[square] ?? 0, pointIn(row, (spots[square] ?? 0) - row * COLUMNS, 0.5, 0.5));
      },
      radiusOf: (square) => radii[rowOf(square)] ?? 0,
    },
  };
  if (count < FEW) return places;
  /** By row and column, a square's number + 1. */
  const numbers = new Int32Array(ROWS * COLUMNS);
  for (let i = 0; i < count; i++) {
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
    // Of two countries or regions that meet in a square, the other's locations are in none.
    if (country[first] === country[i] && region[first] === region[i]) squareOf[i] = number;
  }
  return places;
}

/**
 * A function that shows a client of the country and region of a location: there, or at a point that is given. Where
 * locations are is worked out once: a thousand geographies look at the same ones.
 */
function showClients(
  { country, latitude, longitude, region, count }: LocationTable,
  regions: readonly Region[],
): (location: number, point?: Point) => Client {
  const names = new Array<string | undefined>(CODES);
  /** Three numbers a location; those of none are all 0. */
  const vectors = new Float64Array(count * 3);
  const vector = { x: 0, y: 0, z: 0 };
  const put = ({ x, y, z }: Vector): Vector => {
    vector.x = x;
    vector.y = y;
    vector.z = z;
    return vector;
  };
  const vectorAt = (location: number): Vector | undefined => {
    const at = location * 3;
    vector.x = vectors[at] ?? 0;
    vector.y = vectors[at + 1] ?? 0;
    vector.z = vectors[at + 2] ?? 0;
    if (vector.x !== 0 || vector.y !== 0 || vector.z !== 0) return vector;
    const y = latitude[location] ?? Number.NaN;
    if (Number.isNaN(y)) return undefined;
    put(toVector({ latitude: y, longitude: longitude[location] ?? 0 }));
    vectors[at] = vector.x;
    vectors[at + 1] = vector.y;
    vectors[at + 2] = vector.z;
    return vector;
  };
  const client: { -readonly [K in keyof Client]: Client[K] } = {
    country: undefined,
    region: undefined,
    networks: NO_NETWORKS,
    point: undefined,
  };
  return (location, point) => {
    const code = country[location] ?? 0;
    names[code] ??= unpackCountry(code);
    client.country = names[code];
    client.region = regions[region[location] ?? 0];
    client.point = point === undefined ? vectorAt(location) : put(toVector(point));
    return client;
  };
}

/** A point in a square, so far up and to the right in it. */
function pointIn(row: number, column: number, up: number, right: number): Point {
  return {
    latitude: Math.min(90, (row + up) / PER_DEGREE - 90),
    longitude: (column + right) / PER_DEGREE - 180,
  };
}

/** Nothing in a square is farther from the middle than its corners are, to the north or to the south. */
function radiusIn(row: number): number {
  const at = (up: number, right: number): Vector => toVector(pointIn(row, 0, up, right));
  return Math.max(distanceKm(at(0.5, 0.5), at(0, 0)), distanceKm(at(0.5, 0.5), at(1, 0)));
}

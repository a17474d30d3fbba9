/**
 * The locations of a database by squares of a quarter of a degree: what can be seen from the middle of one is mostly what
 * can be seen from all of it, so that of the half million locations of a City database a sixth is looked at one by one.
 */
import { type LocationTable, unpackCountry } from '../../geo/location-table.js';
import type { Region } from '../../platform/types.js';
import type { Client } from '../../select/candidate.js';
import { distanceKm, toVector, type Vector } from '../../select/distance.js';

export interface Places {
  readonly table: LocationTable;
  /** A client at a location, in no AS and no network. */
  clientAt(location: number): Client;
  readonly squares: readonly Square[];
  /** By location: its square's number, or -1 where it is in none. */
  readonly squareOf: Int32Array;
}

/** Locations beside each other in one country and region, or in none. */
export interface Square {
  /** A client in the middle. */
  readonly middle: Client;
  /** Kilometres around the middle in which they all are. */
  readonly radius: number;
}

const PER_DEGREE = 4;
const ROWS = 180 * PER_DEGREE + 1;
const COLUMNS = 360 * PER_DEGREE + 1;
/** Fewer locations are looked at one by one. */
const FEW = 30_000;

const NO_NETWORKS: readonly number[] = [];

/** The places of a table, with its regions by number. */
export function placesOf(table: LocationTable, regions: readonly Region[]): Places {
  const { count, country, latitude, longitude, region } = table;
  const clientAt = clientsOf(table, regions);
  const squares: Square[] = [];
  const squareOf = new Int32Array(count).fill(-1);
  if (count < FEW) return { table, clientAt, squares, squareOf };
  /** By row and column, a square's number + 1, and by that number one of its locations. */
  const numbers = new Int32Array(ROWS * COLUMNS);
  const firsts: number[] = [];
  for (let i = 0; i < count; i++) {
    const y = latitude[i] ?? Number.NaN;
    if (Number.isNaN(y)) continue;
    const row = Math.floor((y + 90) * PER_DEGREE);
    const column = Math.floor(((longitude[i] ?? 0) + 180) * PER_DEGREE);
    const at = row * COLUMNS + column;
    if (numbers[at] === 0) {
      firsts.push(i);
      numbers[at] = squares.push(squareAt(row, column, clientAt(i)));
    }
    const number = (numbers[at] ?? 0) - 1;
    const first = firsts[number] ?? 0;
    // Of two countries or regions that meet in a square, the other's locations are in none.
    if (country[first] === country[i] && region[first] === region[i]) squareOf[i] = number;
  }
  return { table, clientAt, squares, squareOf };
}

/** Clients at the locations of a table, each made once: a thousand geographies look at the same ones. */
function clientsOf(
  { country, latitude, longitude, region, count }: LocationTable,
  regions: readonly Region[],
): Places['clientAt'] {
  const names = new Map<number, string | undefined>();
  const nameOf = (code: number): string | undefined => {
    if (!names.has(code)) names.set(code, unpackCountry(code));
    return names.get(code);
  };
  const pointOf = (location: number): Vector | undefined => {
    const y = latitude[location] ?? Number.NaN;
    return Number.isNaN(y) ? undefined : toVector({ latitude: y, longitude: longitude[location] ?? 0 });
  };
  const clients = new Array<Client | undefined>(count);
  return (location) => {
    const known = clients[location];
    if (known !== undefined) return known;
    const client = {
      country: nameOf(country[location] ?? 0),
      region: regions[region[location] ?? 0],
      networks: NO_NETWORKS,
      point: pointOf(location),
    };
    clients[location] = client;
    return client;
  };
}

/** The square of one of its locations, whose client is given. */
function squareAt(row: number, column: number, { country, region }: Client): Square {
  const pointAt = (up: number, right: number): Vector =>
    toVector({
      latitude: Math.min(90, (row + up) / PER_DEGREE - 90),
      longitude: (column + right) / PER_DEGREE - 180,
    });
  const point = pointAt(0.5, 0.5);
  // Nothing in it is farther from the middle than its corners are, to the north or to the south.
  const radius = Math.max(distanceKm(point, pointAt(0, 0)), distanceKm(point, pointAt(1, 0)));
  return { middle: { country, region, point, networks: NO_NETWORKS }, radius };
}

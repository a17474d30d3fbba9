/**
 * How many clients each catchment of a geography stands for. That is not known, so IPv4 addresses stand for clients: those
 * that a database places in a country, counted separately for each country by walking the location map and the database
 * together.
 *
 * IPv6 addresses are not counted: a single customer has more of them than there are IPv4 addresses, and the size of an
 * allocation says nothing about who uses it. A country's IPv6 clients are assumed to be where its IPv4 clients are.
 *
 * All this follows from existing data, so nothing of it is stored: world shares and forecasts ask for it when they need it.
 */
import { catchmentCount } from '../../answer/catchments.js';
import type { CountryTree } from '../../geo/place-trees.js';
import { child, isLeaf, leafValue, MAX_LEAF, type PrefixTree } from '../../ip/prefix-tree.js';
import type { Geography } from './geography.js';

/** The clients of a catchment in one country. */
export interface CatchmentPart {
  readonly catchment: number;
  /** ISO 3166-1 alpha-2; or the code of a subdivision, if the tree of countries tells it apart. */
  readonly country: string;
  /** IPv4 addresses, 1 to 2^32. */
  readonly addresses: number;
}

/**
 * Which part of all clients each country has, or each subdivision separately from the rest of its country, by any measure;
 * countries that are not in it have none.
 */
export type WorldWeights = ReadonlyMap<string, number>;

/** The clients of a catchment at one place. */
export interface PlacedClients {
  readonly catchment: number;
  /** Its number in the tree of places. */
  readonly place: number;
  /** IPv4 addresses, 1 to 2^32. */
  readonly addresses: number;
}

/** The clients of all catchments by country, in no order. */
export function partsOfCatchments(
  geography: Pick<Geography, 'table'>,
  { tree, codes }: CountryTree,
): CatchmentPart[] {
  return placeClients(geography, tree).map(({ catchment, place, addresses }) => ({
    catchment,
    country: codes[place] ?? '',
    addresses,
  }));
}

/** The clients of all catchments by the leaves of a tree of places, in no order. Those at leaf 0 are left out. */
export function placeClients({ table }: Pick<Geography, 'table'>, tree: PrefixTree): PlacedClients[] {
  const { map, firstLevel, firstLevelBits, cells } = table;
  /** By catchment and place. */
  const counts = new Map<number, number>();
  const count = (catchment: number, place: number, size: number): void => {
    const key = catchment * (MAX_LEAF + 1) + leafValue(place);
    counts.set(key, (counts.get(key) ?? 0) + size);
  };
  const catchmentOf = (leaf: number): number => {
    const cell = cells[leaf & MAX_LEAF] ?? 0;
    return cell < 0 ? ~cell : cell;
  };
  /** Walks on below a word of the map and a word of the tree of places, which cover `size` addresses. */
  const walk = (word: number, place: number, size: number, isEntry: boolean): void => {
    if (isLeaf(place) && (leafValue(place) === 0 || word < 0)) {
      // In the first level, and if the tree is not shared, leaves are catchments.
      const isCatchment = isEntry || cells.length === 0;
      if (leafValue(place) > 0) count(isCatchment ? word & MAX_LEAF : catchmentOf(word), place, size);
      return;
    }
    const isEnd = word < 0;
    for (const bit of [0, 1] as const) {
      const next = isEnd ? word : (map[word * 2 + bit] ?? -1);
      walk(next, child(tree, place, bit), size / 2, isEntry && isEnd);
    }
  };
  const below = (at: number, depth: number): number => {
    let place = tree.ipv4;
    for (let bit = depth - 1; bit >= 0; bit--) place = child(tree, place, ((at >> bit) & 1) === 1 ? 1 : 0);
    return place;
  };
  const size = 2 ** (32 - firstLevelBits);
  for (const [at, word] of firstLevel.entries()) walk(word, below(at, firstLevelBits), size, true);
  return Array.from(counts, ([key, addresses]) => ({
    catchment: Math.floor(key / (MAX_LEAF + 1)),
    place: key % (MAX_LEAF + 1),
    addresses,
  }));
}

/**
 * Each catchment's part of the world's clients, 0 to 1; 0 for all if the database places no clients. With `world`, each
 * country has the part given there, divided among its catchments by their addresses.
 */
export function catchmentWeights(
  parts: readonly CatchmentPart[],
  { catchments }: Pick<Geography, 'catchments'>,
  world?: WorldWeights,
): Float64Array {
  const addressesIn = new Map<string, number>();
  for (const { country, addresses } of parts)
    addressesIn.set(country, (addressesIn.get(country) ?? 0) + addresses);
  const weights = new Float64Array(catchmentCount(catchments));
  let sum = 0;
  for (const { catchment, country, addresses } of parts) {
    const weight =
      world === undefined
        ? addresses
        : ((world.get(country) ?? 0) * addresses) / (addressesIn.get(country) ?? 1);
    weights[catchment] = (weights[catchment] ?? 0) + weight;
    sum += weight;
  }
  return sum === 0 ? weights : weights.map((weight) => weight / sum);
}

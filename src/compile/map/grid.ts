/**
 * The grid: what locations are rounded to if exact maps would take more memory than allowed, or if a pool has so many
 * mirrors that nearly every place in a database would be a catchment.
 *
 * All geographies on it share one tree of squares, split by the regions that any order names. What a single geography knows
 * besides, the networks and AS numbers of its mirrors and its order, lies over that tree for this geography alone. So its
 * scopes are as long as the squares require, whatever networks and AS numbers others name. If the first bits of an address
 * already decide everything, its scopes are as short as in exact maps.
 */
import { catchmentCount } from '../../answer/catchments.js';
import { SCOPE_BITS } from '../../answer/table.js';
import { layOver } from '../../geo/lay-over.js';
import { createLocationTable, type LocationTable, locationAt } from '../../geo/location-table.js';
import { type GrownTree, treeOfRecords } from '../../geo/scan-tree.js';
import { leaf, MAX_LEAF } from '../../ip/prefix-tree.js';
import type { Location } from '../../platform/types.js';
import type { GeographyPlan } from '../pool-plan.js';
import type { Geography } from './geography.js';
import { layersOf, NO_LAYER, NOTHING } from './layers.js';
import {
  cellsOf,
  leafOfCell,
  MIXED,
  mapOfOne,
  NO_SCOPES,
  NO_WORDS,
  stridedMap,
  tableOf,
} from './map-table.js';
import { placesOf } from './places.js';
import type { Reading } from './reading.js';
import { stridesOf } from './stride-table.js';
import { type View, viewPlaces } from './views.js';

/** Squares of the grid in a degree. Half a degree is 56 km, so a location moves by at most 40 km, at the equator. */
const PER_DEGREE = 2;

/** Returns the middle of the square that a location is in. Its country and region stay. */
export function roundToGrid({ country, point }: Location): Location {
  const round = (degrees: number): number => (Math.floor(degrees * PER_DEGREE) + 0.5) / PER_DEGREE;
  return {
    ...(country !== undefined && { country }),
    ...(point !== undefined && {
      // The poles and the antimeridian belong to the last squares; they do not start new ones.
      point: {
        latitude: Math.min(round(point.latitude), 90),
        longitude: Math.min(round(point.longitude), 180),
      },
    }),
  };
}

/** The geographies of plans over the grid. */
export function compileOnGrid(plans: readonly GeographyPlan[], reading: Reading): Geography[] {
  if (plans.length === 0) return [];
  const { squares, words } = roundAll(reading.table);
  const places = placesOf(squares, reading.regions);
  // The class of special-purpose addresses comes after those of the squares.
  const special = squares.count;
  const tree = treeOfRecords(reading.file, reading.records, words, {
    tree: layersOf([], undefined).tree,
    wordAt: () => leaf(special),
  });
  const below = classesBelow(tree, special + 1);
  const size = tree.nodes.words().length / 2;
  const squareTree = { nodes: tree.nodes.words(), ipv4: tree.ipv4, ipv6: tree.ipv6 };
  const strides = stridesOf(squareTree);
  const laid = plans.map((plan) => {
    const view = viewPlaces(plan, places);
    const cells = [...view.plain, ~(view.plain[0] ?? 0)];
    const { ipv4, ipv6 } = layOwn(plan, view, cells, tree, special, reading);
    const cellOf = (word: number, entry: number): number => {
      if (word < 0) return cells[word & MAX_LEAF] ?? 0;
      return word < size ? cellOfAll(below[entry], cells) : MIXED;
    };
    const catchments = view.catchments();
    if (catchmentCount(catchments) === 1) return { table: mapOfOne(), catchments };
    if (ipv4 === tree.ipv4 && ipv6 === tree.ipv6)
      return { table: stridedMap(squareTree, strides, cellsOf(cells), cellOf), catchments };
    const table = {
      ipv6Root: ipv6 < 0 ? leafOfCell(cells[ipv6 & MAX_LEAF] ?? 0) : ipv6,
      // With a thousand geographies, larger tables would be most of their memory.
      ...tableOf({ nodes: tree.nodes.words(), ipv4, ipv6 }, SCOPE_BITS, cellOf),
      cells: cellsOf(cells),
      uniform: NO_WORDS,
      strides: NO_WORDS,
      scopes: NO_SCOPES,
    };
    return { table, catchments };
  });
  // Only now does the tree have all its nodes.
  const map = tree.nodes.words();
  return laid.map(({ table, catchments }) => ({ table: { ...table, map }, catchments, isOnGrid: true }));
}

/** The squares of all locations, and the words that lead to them. */
function roundAll(table: LocationTable): { readonly squares: LocationTable; readonly words: Int32Array } {
  const squares = createLocationTable();
  const words = new Int32Array(table.count);
  for (let i = 0; i < words.length; i++) {
    words[i] = leaf(squares.add(roundToGrid(locationAt(table, i)), table.region[i]));
  }
  return { squares: squares.table(), words };
}

/** Lays what one geography knows besides over the squares, and adds the cells of its own classes. Returns the roots. */
function layOwn(
  plan: GeographyPlan,
  view: View,
  cells: number[],
  tree: GrownTree,
  special: number,
  { asns }: Reading,
): { readonly ipv4: number; readonly ipv6: number } {
  const layers = layersOf([plan], asns, NOTHING);
  if (layers.all.length === 1) return tree;
  const ofSpecial = layers.all.map((layer) => ({ ...layer, isSpecial: true, asn: 0 }));
  const numbers = new Map<number, number>();
  const words = tree.nodes.words();
  const ground = {
    ipv4: tree.ipv4,
    ipv6: tree.ipv6,
    isEnd: (word: number) => word < 0,
    side: (word: number, bit: 0 | 1) => (word < 0 ? word : (words[word * 2 + bit] ?? 0)),
    wordOf: (word: number) => word,
    wordBelow(end: number, value: number) {
      const square = end & MAX_LEAF;
      const layer = (square === special ? ofSpecial : layers.all)[value] ?? NO_LAYER;
      const cell = view.see(square === special ? 0 : square, layer);
      const number = numbers.get(cell) ?? cells.push(cell) - 1;
      numbers.set(cell, number);
      return leaf(number) | 0;
    },
  };
  return layOver(tree.nodes, ground, layers.tree);
}

/** What a geography sees in all of these classes, or MIXED. */
function cellOfAll(classes: Int32Array | undefined, cells: readonly number[]): number {
  const cell = cells[classes?.[0] ?? 0] ?? 0;
  for (let i = 1; i < (classes?.length ?? 0); i++) if (cells[classes?.[i] ?? 0] !== cell) return MIXED;
  return cell;
}

/** By entry of a table that leads to a node: the distinct classes below it. */
function classesBelow({ nodes, ipv4 }: GrownTree, classes: number): (Int32Array | undefined)[] {
  const words = nodes.words();
  /** The last entry, plus 1, that met each node or class. */
  const metNode = new Int32Array(words.length / 2);
  const metClass = new Int32Array(classes);
  let found: number[] = [];
  const collect = (word: number, entry: number): void => {
    const met = word < 0 ? metClass : metNode;
    const at = word < 0 ? word & MAX_LEAF : word;
    if (met[at] === entry + 1) return;
    met[at] = entry + 1;
    if (word < 0) {
      found.push(at);
      return;
    }
    collect(words[word * 2] ?? 0, entry);
    collect(words[word * 2 + 1] ?? 0, entry);
  };
  return Array.from({ length: 1 << SCOPE_BITS }, (_, entry) => {
    let word = ipv4;
    for (let bit = SCOPE_BITS - 1; bit >= 0 && word >= 0; bit--)
      word = words[word * 2 + ((entry >> bit) & 1)] ?? 0;
    if (word < 0) return undefined;
    found = [];
    collect(word, entry);
    return Int32Array.from(found);
  });
}

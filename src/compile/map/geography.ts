/**
 * Geographies worked out over a database: catchments, which are the client locations that see the same mirrors in the same
 * bands, and the map from an address to its catchment. They depend only on zones and databases.
 *
 * A single geography has a tree of its own, merged as far as its catchments allow. Several geographies share one tree, whose
 * leaves are the classes of clients that any of them tells apart. Each has the catchments of those classes, and a bit for
 * each node below which it sees only one catchment. That takes a fifth of the memory of separate trees, with the same
 * scopes: the shortest that are true. If even that is more than the allowed memory, they are compiled over the grid.
 */
import { type Catchments, catchmentCount } from '../../answer/catchments.js';
import type { LocationMap } from '../../answer/table.js';
import { indexRecords } from '../../geo/record-index.js';
import { treeOfRecords } from '../../geo/scan-tree.js';
import { leaf, MAX_LEAF } from '../../ip/prefix-tree.js';
import type { GeographyPlan } from '../pool-plan.js';
import { sortIntoClasses } from './classes.js';
import { compileOnGrid } from './grid.js';
import { layersOf, NO_LAYER } from './layers.js';
import { cellsOf, leafOfCell, mapOfOne, ownMap, sharedMap, tableOctets } from './map-table.js';
import { placesOf } from './places.js';
import { type Databases, type Reading, readDatabases } from './reading.js';
import { seemsToTellClientsApart, type View, viewPlaces } from './views.js';

export interface Geography {
  /** The location map. */
  readonly table: LocationMap;
  readonly catchments: Catchments;
  /** Whether clients are located on the grid. */
  readonly isOnGrid: boolean;
}

/** Pools with more mirrors are compiled over the grid. */
const MOST_MIRRORS = 2048;

/**
 * Works out geographies over databases. The exact maps among them take no more than `memory` octets together. Throws
 * DATABASE_INVALID for a damaged database.
 */
export function compileGeographies(
  plans: readonly GeographyPlan[],
  databases: Databases,
  memory: number,
): Geography[] {
  if (plans.length === 0) return [];
  const reading = readDatabases(databases, plans);
  const exact = compileExactly(
    plans.filter((plan) => !isLarge(plan)),
    reading,
    memory,
  );
  const onGrid = compileOnGrid(exact === undefined ? plans : plans.filter(isLarge), reading);
  const made = { exact: exact?.values(), onGrid: onGrid.values() };
  return plans.map((plan) => {
    const { value } = (isLarge(plan) ? undefined : made.exact)?.next() ?? made.onGrid.next();
    if (value === undefined) throw new RangeError('every plan has a geography');
    return value;
  });
}

/** The octets that the exact maps among these take. What several share counts once. */
export function octetsOfExact(geographies: readonly Geography[]): number {
  const exact = geographies.filter(({ isOnGrid }) => !isOnGrid);
  const arrays = exact.flatMap(({ table: { map, firstLevel, cells, uniform } }) => [
    map,
    firstLevel,
    cells,
    uniform,
  ]);
  return [...new Set(arrays)].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Which plans are compiled over the grid. Usually that is known without compiling them. */
export function whichOnGrid(
  plans: readonly GeographyPlan[],
  databases: Databases,
  memory: number,
): boolean[] {
  const small = plans.filter((plan) => !isLarge(plan));
  const fit =
    fitForCertain(small.length, databases, memory) ||
    compileExactly(small, readDatabases(databases, small), memory) !== undefined;
  return plans.map((plan) => !fit || isLarge(plan));
}

/** The geography of a plan, compiled alone. */
export function compileAlone(plan: GeographyPlan, databases: Databases, isOnGrid: boolean): Geography {
  const reading = readDatabases(databases, [plan]);
  const [made] = isOnGrid
    ? compileOnGrid([plan], reading)
    : (compileExactly([plan], reading, Infinity) ?? []);
  if (made === undefined) throw new RangeError('one plan gives one geography');
  return made;
}

function isLarge({ candidates, isCoarse }: GeographyPlan): boolean {
  return isCoarse === true || candidates.length > MOST_MIRRORS;
}

/** Whether `count` maps take no more than `memory`, whatever they contain. */
function fitForCertain(count: number, { locations: file, verified }: Databases, memory: number): boolean {
  const { nodeCount } = file.metadata;
  const { offsets } = verified?.records ?? indexRecords(file);
  const each = nodeCount / 8 + offsets.length * 4 + 2 ** 18;
  // Half as much again for networks and AS numbers.
  return (nodeCount * 8 + count * each) * 1.5 <= memory;
}

/** The exact geographies of plans, or undefined if their maps take more than `memory` octets. */
function compileExactly(
  plans: readonly GeographyPlan[],
  reading: Reading,
  memory: number,
): Geography[] | undefined {
  if (plans.length === 0) return [];
  const { file, records, table, regions, asns } = reading;
  const places = placesOf(table, regions);
  const expected = plans.filter((plan) => seemsToTellClientsApart(plan, places)).length;
  const views: View[] = [];
  function* telling(): Generator<View> {
    for (const plan of plans) {
      const view = viewPlaces(plan, places);
      views.push(view);
      if (view.tellsClientsApart) yield view;
    }
  }
  let fewest: number | undefined;
  const isTooMany = (count: number, classOf: Int32Array): boolean => {
    if (count > MAX_LEAF) return true;
    // The tree of the first view alone usually decides, since the tree of all views has at least as many nodes. It is not
    // made if it can't: if even with as many nodes as the file has, the maps would fit.
    if (fewest === undefined && leastOctets(expected, count, file.metadata.nodeCount) > memory)
      fewest = treeOfRecords(file, records, classOf.map(leaf)).nodes.words().length / 2;
    return leastOctets(expected, count, fewest) > memory;
  };
  const classes = sortIntoClasses(telling(), isTooMany);
  if (classes === undefined) return undefined;
  const [only] = classes.cells.length === 1 ? classes.cells : [];
  const wordOf = (number: number): number =>
    only === undefined ? leaf(number) : leafOfCell(only[number] ?? 0);
  const layers = layersOf(plans, asns);
  const { nodes, ...roots } = treeOfRecords(file, records, classes.classOf.map(wordOf), {
    tree: layers.tree,
    wordAt: (place, value) => wordOf(classes.below(place, layers.all[value] ?? NO_LAYER)),
  });
  const tree = { nodes: nodes.words(), ...roots };
  const geographies = views.map((view): Geography => {
    const catchments = view.catchments();
    const cells = classes.cells[classes.views.indexOf(view)];
    const isOne = cells === undefined || catchmentCount(catchments) === 1;
    const map = isOne ? mapOfOne() : only === undefined ? sharedMap(tree, cellsOf(cells)) : ownMap(tree);
    return { table: map, catchments, isOnGrid: false };
  });
  return octetsOfExact(geographies) > memory ? undefined : geographies;
}

/** The least octets that the maps of this many geographies take, if they tell this many classes apart. */
function leastOctets(geographies: number, classes: number, atLeast = 0): number {
  if (geographies < 2) return 0;
  // A tree has one node fewer than it has leaves.
  const nodes = Math.max(atLeast, classes - 1);
  return nodes * 8 + geographies * (classes * 2 + nodes / 8 + tableOctets(nodes));
}

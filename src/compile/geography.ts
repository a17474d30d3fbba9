/**
 * Geographies worked out over a database: catchments, the client locations that see the same mirrors in the same bands,
 * and the map that leads from an address to them. They follow from zones and databases alone.
 *
 * Each geography has a map of its own, merged as far as its catchments allow, so that its scopes are the shortest that are
 * true. That costs some megabytes each. A server with very many different ones has them share one map instead, over a
 * grid: coarser by at most 40 km and with longer scopes, but no larger than a few maps of their own.
 */
import { type Catchments, catchmentCount } from '../answer/catchments.js';
import type { LocationMap } from '../answer/table.js';
import type { Location } from '../facts.js';
import type { MmdbFile } from '../geo/mmdb-file.js';
import { type AsnScan, scanClasses } from '../geo/scan.js';
import { type PrefixTree, treeOfPrefixes } from '../ip/prefix-tree.js';
import { type CatchmentFinder, createCatchmentFinder } from './catchments.js';
import { roundToGrid, usesGrid } from './grid.js';
import { layOutMap } from './map-table.js';
import { mergeMap } from './merge-map.js';
import type { GeographyPlan } from './pool-plan.js';

export interface Geography {
  /** The location map, in shared memory. */
  readonly table: LocationMap;
  readonly catchments: Catchments;
  /** The catchment of each leaf of the map; absent: the leaves are catchments. */
  readonly cells?: Uint32Array;
}

/** So many combinations of an AS and networks are asked for at every location of a database. */
const FEW_OVERLAYS = 4;

/** A tree without branches: every address is at index 0. */
const NOWHERE: PrefixTree = treeOfPrefixes([]).tree;

/** What is known of where addresses are. */
export interface Databases {
  readonly locations: MmdbFile;
  /** The AS numbers that zones name; absent where there is no database of them. */
  readonly asns?: AsnScan;
}

/** Works out geographies over databases. Throws DATABASE_INVALID for a damaged one. */
export function compileGeographies(plans: readonly GeographyPlan[], databases: Databases): Geography[] {
  const finders = plans.map(createCatchmentFinder);
  const compile = usesGrid(plans) ? compileTogether : compileSeparately;
  return compile(plans, finders, databases);
}

/** A map for each geography. */
function compileSeparately(
  plans: readonly GeographyPlan[],
  finders: readonly CatchmentFinder[],
  { locations, asns }: Databases,
): Geography[] {
  const overlays = plans.map((plan) => overlayOf(plan, asns));
  const [finder] = finders;
  if (finder !== undefined && finders.length === 1 && overlays.every(isBare)) {
    // By far the most common, and twice as fast: a class is a catchment, and the tree of classes the map.
    const tree = scanClasses(locations, (location) => finder.find(location, 0, []));
    return [geographyOf(tree, finder)];
  }
  // Locations that no geography tells apart, whatever the AS and the networks, are one class. Where many of those are named,
  // it takes too long to ask for each at every location: then each location is a class of its own.
  const few = overlays.every(({ asnsNamed, sets }) => asnsNamed.length * sets.length <= FEW_OVERLAYS);
  const classes: Location[] = [];
  const numbers = new Map<string, number>();
  const tree = scanClasses(locations, (location) => {
    const key = few
      ? overlays
          .map(({ asnsNamed, sets }, i) =>
            asnsNamed.map((asn) => sets.map((set) => finders[i]?.find(location, asn, set))).join(),
          )
          .join(';')
      : `${location.country} ${location.point?.latitude} ${location.point?.longitude}`;
    const number = numbers.get(key) ?? classes.push(location) - 1;
    numbers.set(key, number);
    return number;
  });
  return finders.map((finder, i) => {
    const overlay = overlays[i] ?? { asns: NOWHERE, networks: NOWHERE, sets: [] };
    const find = (at: number, asn: number, set: number): number =>
      finder.find(classes[at] ?? {}, asns?.asns[asn] ?? 0, overlay.sets[set] ?? []);
    // Nearly all clients are in no AS and no network that a mirror names: those are remembered in an array.
    const plain = Int32Array.from(classes, () => -1);
    const others = new Map<string, number>();
    const map = mergeMap(
      { locations: tree, asns: overlay.asns, networks: overlay.networks },
      (at, asn, set) => {
        const isPlain = asn === 0 && set === 0;
        const key = isPlain ? '' : `${at} ${asn} ${set}`;
        const known = isPlain ? (plain[at] ?? -1) : (others.get(key) ?? -1);
        if (known >= 0) return known;
        const catchment = find(at, asn, set);
        if (isPlain) plain[at] = catchment;
        else others.set(key, catchment);
        return catchment;
      },
    );
    return geographyOf(map, finder);
  });
}

function geographyOf(map: PrefixTree, finder: CatchmentFinder): Geography {
  const catchments = finder.all();
  // With one catchment it is all the same who asks, special-purpose addresses included.
  return { table: layOutMap(catchmentCount(catchments) > 1 ? map : NOWHERE), catchments };
}

/** One map over a grid for all geographies, whose leaves each of them has a catchment for. */
function compileTogether(
  plans: readonly GeographyPlan[],
  finders: readonly CatchmentFinder[],
  { locations, asns }: Databases,
): Geography[] {
  const squares: Location[] = [];
  const numbers = new Map<string, number>();
  const tree = scanClasses(locations, (location) => {
    const square = roundToGrid(location);
    const key = `${square.country} ${square.point?.latitude} ${square.point?.longitude}`;
    const number = numbers.get(key) ?? squares.push(square) - 1;
    numbers.set(key, number);
    return number;
  });
  const prefixes = [
    ...new Map(plans.flatMap(({ networks }) => networks.map((p) => [p.text, p] as const))).values(),
  ];
  const { tree: networks, sets } = treeOfPrefixes(prefixes.map((prefix, id) => ({ prefix, id })));
  const clients: { location: Location; asn: number; inside: ReadonlySet<string> }[] = [];
  const clientNumbers = new Map<string, number>();
  const map = mergeMap({ locations: tree, asns: asns?.tree ?? NOWHERE, networks }, (at, asn, set) => {
    const key = `${at} ${asn} ${set}`;
    const known = clientNumbers.get(key);
    if (known !== undefined) return known;
    const inside = new Set((sets[set] ?? []).map((id) => prefixes[id]?.text ?? ''));
    clientNumbers.set(key, clients.length);
    return clients.push({ location: squares[at] ?? {}, asn: asns?.asns[asn] ?? 0, inside }) - 1;
  });
  const table = layOutMap(map);
  return plans.map((plan, i) => {
    const finder = finders[i];
    if (finder === undefined) throw new RangeError('every plan has a finder');
    const cells = Uint32Array.from(clients, ({ location, asn, inside }) =>
      finder.find(
        location,
        asn,
        plan.networks.flatMap(({ text }, id) => (inside.has(text) ? [id] : [])),
      ),
    );
    return { table, catchments: finder.all(), cells };
  });
}

/** What lies over the locations for one geography: the AS numbers and networks that its mirrors name. */
interface Overlay {
  readonly asns: PrefixTree;
  /** 0, which is none, among them. */
  readonly asnsNamed: readonly number[];
  readonly networks: PrefixTree;
  readonly sets: readonly (readonly number[])[];
}

function isBare({ asnsNamed, sets }: Overlay): boolean {
  return asnsNamed.length === 1 && sets.length === 1;
}

function overlayOf({ candidates, networks }: GeographyPlan, asns: AsnScan | undefined): Overlay {
  const named = new Set(candidates.flatMap(({ asn }) => asn));
  const { tree, sets } = treeOfPrefixes(networks.map((prefix, id) => ({ prefix, id })));
  const withAsns = asns !== undefined && named.size > 0;
  return {
    asns: withAsns ? asns.tree : NOWHERE,
    asnsNamed: withAsns ? [0, ...named] : [0],
    networks: tree,
    sets,
  };
}

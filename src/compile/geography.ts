/**
 * Catchments: the client locations that see the same mirrors in the same bands. They follow from zones and databases
 * alone. Each distinct location is put to the band former once, and the location map leads from an address to the result.
 */

import type { LocationMap } from '../answer/table.js';
import { type LocationTable, locationAt } from '../geo/location-table.js';
import type { AsnScan, LocationScan } from '../geo/scan.js';
import { type PrefixTree, treeOfPrefixes } from '../ip/prefix-tree.js';
import { type Band, createBandFormer } from '../select/bands.js';
import type { Client } from '../select/candidate.js';
import { toVector } from '../select/distance.js';
import { layOutMap } from './map-table.js';
import { mergeMap } from './merge-map.js';
import type { GeographyPlan } from './pool-plan.js';

/** A geography worked out over a database. */
export interface Geography {
  /** The location map, in shared memory. */
  readonly table: LocationMap;
  /** The bands of each catchment. */
  readonly catchments: readonly (readonly Band[])[];
}

/** What is known of where addresses are; AS numbers only where a database of them is there. */
export interface Scans {
  readonly locations: LocationScan;
  readonly asns?: AsnScan;
}

/** A tree without branches: every address is at index 0. */
const NOWHERE: PrefixTree = treeOfPrefixes([]).tree;

/** Works out the catchments of one geography and the map that leads to them. */
export function compileGeography(plan: GeographyPlan, { locations, asns }: Scans): Geography {
  const named = new Set(plan.candidates.flatMap(({ asn }) => asn));
  const { tree: networks, sets } = treeOfPrefixes(plan.networks.map((prefix, id) => ({ prefix, id })));
  const former = createBandFormer(plan.candidates, plan.settings);
  const catchments: Band[][] = [];
  const numbers = new Map<string, number>();
  const numberOf = (client: Client): number => {
    const key = former.key(client);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, catchments.length);
    catchments.push(former.bands(client));
    return catchments.length - 1;
  };
  const asnTree = asns !== undefined && named.size > 0 ? asns.tree : NOWHERE;
  // Nearly all clients are in no AS and no network that a mirror names: those are remembered in an array.
  const plain = new Int32Array(locations.locations.count).fill(-1);
  const others = new Map<string, number>();
  const map = mergeMap({ locations: locations.tree, asns: asnTree, networks }, (location, asnIndex, set) => {
    const asn = asns?.asns[asnIndex] ?? 0;
    const counts = named.has(asn);
    if (!counts && set === 0) {
      const known = plain[location] ?? -1;
      if (known >= 0) return known;
      const number = numberOf(clientAt(locations.locations, location, 0, []));
      plain[location] = number;
      return number;
    }
    const key = `${location} ${counts ? asn : 0} ${set}`;
    const known = others.get(key);
    if (known !== undefined) return known;
    const number = numberOf(clientAt(locations.locations, location, counts ? asn : 0, sets[set] ?? []));
    others.set(key, number);
    return number;
  });
  return { table: layOutMap(map), catchments };
}

function clientAt(table: LocationTable, index: number, asn: number, networks: readonly number[]): Client {
  const { country, point } = locationAt(table, index);
  return {
    ...(country !== undefined && { country }),
    ...(point !== undefined && { point: toVector(point) }),
    ...(asn !== 0 && { asn }),
    networks,
  };
}

/**
 * The maps that a reflection uses: the country and AS of each address. They are separate, since the maps of pools only hold
 * what the pools' mirrors tell apart. They are made only if a zone reflects, and take a few megabytes each.
 */
import type { LocationMap, Reflection } from '../../answer/table.js';
import { treeOfRecords } from '../../geo/scan-tree.js';
import { leaf, type PrefixTree } from '../../ip/prefix-tree.js';
import { layersOf } from './layers.js';
import { leafOfCell, ownMap } from './map-table.js';
import { type Databases, readDatabases } from './reading.js';

/**
 * Works out the maps. The databases must have been opened with all AS numbers. Throws DATABASE_INVALID for a damaged one.
 */
export function compileReflection(databases: Databases): Reflection {
  const { file, records, table, asns } = readDatabases(databases);
  const words = Int32Array.from(table.country.subarray(0, table.count), (country) => leaf(country));
  // Databases are not asked about special-purpose addresses.
  const special = leafOfCell(~0);
  const { nodes, ...roots } = treeOfRecords(file, records, words, {
    tree: layersOf([], undefined).tree,
    wordAt: () => special,
  });
  return {
    countries: ownMap({ nodes: nodes.words(), ...roots }),
    ...(asns !== undefined && { asns: { map: mapOf(asns.tree), numbers: asns.asns } }),
  };
}

function mapOf({ nodes, ipv4, ipv6 }: PrefixTree): LocationMap {
  return ownMap({ nodes: new Int32Array(nodes), ipv4: ipv4 | 0, ipv6: ipv6 | 0 });
}

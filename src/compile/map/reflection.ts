/**
 * The maps that a reflection is told from: whose address is in which country and AS. They are of their own, since those of
 * pools know only whom their mirrors tell apart; and are made only where a zone reflects, for a few megabytes each.
 */
import type { LocationMap, Reflection } from '../../answer/table.js';
import { treeOfRecords } from '../../geo/scan-tree.js';
import { leaf, type PrefixTree } from '../../ip/prefix-tree.js';
import { layersOf } from './layers.js';
import { leafOfCell, ownMap } from './map-table.js';
import { type Databases, readDatabases } from './reading.js';

/** Works them out; the AS numbers of the databases are all that there are. Throws DATABASE_INVALID for a damaged one. */
export function compileReflection(databases: Databases): Reflection {
  const { file, records, table, asns } = readDatabases(databases);
  const words = Int32Array.from(table.country.subarray(0, table.count), (country) => leaf(country));
  // Of special-purpose addresses databases are not asked.
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

/** The map of a tree as tests write trees: its equal neighbours are merged first, as those of all maps are. */
import type { LocationMap } from '../../../src/answer/table.js';
import { ownMap } from '../../../src/compile/map/map-table.js';
import type { PrefixTree } from '../../../src/ip/prefix-tree.js';
import { shareNodes } from '../../../src/ip/share-nodes.js';

export function mapOfTree({ nodes, ipv4, ipv6 }: PrefixTree): LocationMap {
  const merged = shareNodes();
  const merge = (word: number): number =>
    (word | 0) < 0 ? word | 0 : merged.join(merge(nodes[word * 2] ?? 0), merge(nodes[word * 2 + 1] ?? 0));
  const roots = { ipv4: merge(ipv4), ipv6: merge(ipv6) };
  return ownMap({ nodes: merged.words(), ...roots });
}

/**
 * Lays one tree over another: what is known of addresses otherwise over what a database says of them. Only where there is
 * something above are the nodes below looked at; all others become what they became before.
 *
 * Clients in ::ffff:0:0/96 (mapped) and 2002::/16 (6to4) are where their IPv4 address is. So there the IPv6 side leads
 * into the IPv4 side, whatever either tree says.
 */
import { child, isLeaf, LEAF, leafValue, type PrefixTree } from '../ip/prefix-tree.js';
import type { SharedNodes } from '../ip/share-nodes.js';
import { bitAt, EMBEDDINGS, type Embedding } from './embeddings.js';

/** What lies below: a tree of whatever numbers, no deeper than an address. */
export interface Ground {
  readonly ipv4: number;
  readonly ipv6: number;
  isEnd(at: number): boolean;
  /** Where a bit leads; from an end to itself. */
  side(at: number, bit: 0 | 1): number;
  /** What it becomes where nothing is above. */
  wordOf(at: number): number;
  /** What an end becomes below a leaf of that value, which is not 0. */
  wordBelow(end: number, value: number): number;
}

/** The roots of both laid together; words are signed, as those of shared nodes. Leaves of value 0 are nothing above. */
export function layOver(
  nodes: SharedNodes,
  ground: Ground,
  over: PrefixTree,
): { readonly ipv4: number; readonly ipv6: number } {
  /** By the leaf above and the node below: what they became together. */
  const covered = new Map<number, number>();
  const cover = (at: number, above: number): number => {
    if (above === LEAF) return ground.wordOf(at);
    if (!isLeaf(above)) return coverSides(at, above);
    if (ground.isEnd(at)) return ground.wordBelow(at, leafValue(above));
    const key = leafValue(above) * 2 ** 32 + at;
    const known = covered.get(key);
    if (known !== undefined) return known;
    const word = coverSides(at, above);
    covered.set(key, word);
    return word;
  };
  const coverSides = (at: number, above: number): number => {
    const zero = cover(ground.side(at, 0), child(over, above, 0));
    return nodes.join(zero, cover(ground.side(at, 1), child(over, above, 1)));
  };
  const ipv4 = cover(ground.ipv4, over.ipv4);
  /** As `cover`, along the bits of the embeddings, and into IPv4 at their end. */
  const graft = (at: number, depth: number, above: number, inside: readonly Embedding[]): number => {
    if (inside.length === 0) return cover(at, above);
    if (inside.some(({ length }) => length === depth)) return ipv4;
    const below = (bit: 0 | 1): number =>
      graft(
        ground.side(at, bit),
        depth + 1,
        child(over, above, bit),
        inside.filter(({ bytes }) => bitAt(bytes, depth) === bit),
      );
    const zero = below(0);
    return nodes.join(zero, below(1));
  };
  return { ipv4, ipv6: graft(ground.ipv6, 0, over.ipv6, EMBEDDINGS) };
}

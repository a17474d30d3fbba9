/**
 * Lays one tree over another: other knowledge about addresses over what a database says about them. Nodes below are looked
 * at only where the upper tree has something; all others keep the word that they already have.
 *
 * Clients in ::ffff:0:0/96 (mapped) and 2002::/16 (6to4) are located by their IPv4 address. So there the IPv6 side leads
 * into the IPv4 side, whatever either tree says.
 */
import { child, isLeaf, LEAF, leafValue, type PrefixTree } from '../ip/prefix-tree.js';
import type { SharedNodes } from '../ip/share-nodes.js';
import { bitAt, EMBEDDINGS, type Embedding } from './embeddings.js';

/** The lower tree: its nodes have arbitrary numbers, and it is no deeper than an address. */
export interface Ground {
  readonly ipv4: number;
  readonly ipv6: number;
  isEnd(at: number): boolean;
  /** Where a bit leads; an end leads to itself. */
  side(at: number, bit: 0 | 1): number;
  /** The word for it where nothing is above. */
  wordOf(at: number): number;
  /** The word for an end below a leaf with that value, which is not 0. */
  wordBelow(end: number, value: number): number;
}

/** The roots of the combined tree. Words are signed, like those of shared nodes. In `over`, leaves of value 0 are empty. */
export function layOver(
  nodes: SharedNodes,
  ground: Ground,
  over: PrefixTree,
): { readonly ipv4: number; readonly ipv6: number } {
  /** By the leaf above and the node below: the word for both together. */
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

/**
 * The location map of a pool: the database's tree with the AS numbers and networks that its mirrors name laid over it,
 * and every leaf replaced by the catchment of the clients there. Neighbours with the same catchment are merged from the
 * bottom up, so a walk ends as soon as nothing more can change, and the depth at which it ends is the shortest ECS scope
 * that is true (RFC 7871 §7.2.1): no address inside it is in another catchment.
 */
import {
  child,
  isLeaf,
  isMarked,
  LEAF,
  leaf,
  leafValue,
  marked,
  type PrefixTree,
} from '../ip/prefix-tree.js';
import { shareNodes } from '../ip/share-nodes.js';

/**
 * The trees that together say all that a pool wants to know of a client. Leaves are indexes, each into its own list. Those
 * of the locations are marked where the database is not asked (src/geo/scan.ts); where no network is named either, so are
 * those of the map.
 */
export interface ClientTrees {
  readonly locations: PrefixTree;
  readonly asns: PrefixTree;
  readonly networks: PrefixTree;
}

/** The catchment of clients at a location, in an AS, in a set of networks; 0 to MAX_LEAF. It should remember. */
export type CatchmentOf = (location: number, asn: number, networks: number) => number;

/** Where IPv6 addresses stand for IPv4 ones: the first bits of 6to4 and of mapped addresses. */
const SIX_TO_FOUR = { bits: 16, at: (depth: number) => (0x2002 >> (15 - depth)) & 1 };
const MAPPED = { bits: 96, at: (depth: number) => (depth < 80 ? 0 : 1) };

/** Merges the trees into one whose leaves are catchments. */
export function mergeMap(trees: ClientTrees, catchmentOf: CatchmentOf): PrefixTree {
  const { locations, asns, networks } = trees;
  const shared = shareNodes();
  const node = (zero: number, one: number): number =>
    // Equal leaves are one leaf; this alone is what makes scopes short.
    zero === one && isLeaf(zero) ? zero : shared.node(zero, one);

  let ipv4 = -1;
  /** What nodes of the locations became, plus 1. */
  const merged = new Uint32Array(locations.nodes.length / 2);
  // Databases have the tree of IPv4 at more places of IPv6 (::/96, Teredo); there it is the same again, not a copy.
  const isIPv4 = (location: number, asn: number, network: number): boolean =>
    ipv4 >= 0 && location === locations.ipv4 && asn === asns.ipv4 && network === networks.ipv4;

  const merge = (location: number, asn: number, network: number): number => {
    if (location >= LEAF && asn >= LEAF && network >= LEAF) {
      if (!isMarked(location)) {
        return leaf(catchmentOf(leafValue(location), leafValue(asn), leafValue(network)));
      }
      const word = leaf(catchmentOf(leafValue(location), 0, leafValue(network)));
      return network === LEAF ? marked(word) : word;
    }
    if (isIPv4(location, asn, network)) return ipv4;
    // Where no AS and no network is named below, which is nearly everywhere, a node of the locations becomes one node.
    const plain = asn === LEAF && network === LEAF;
    const known = plain ? (merged[location] ?? 0) : 0;
    if (known > 0) return known - 1;
    const word = mergeBelow(location, asn, network);
    if (plain) merged[location] = word + 1;
    return word;
  };
  const mergeBelow = (location: number, asn: number, network: number): number => {
    const zero = merge(child(locations, location, 0), child(asns, asn, 0), child(networks, network, 0));
    const one = merge(child(locations, location, 1), child(asns, asn, 1), child(networks, network, 1));
    return node(zero, one);
  };

  ipv4 = merge(locations.ipv4, asns.ipv4, networks.ipv4);
  // On the way down to the two places where IPv4 addresses live inside IPv6, every step is taken, leaf or not.
  const descend = (
    location: number,
    asn: number,
    network: number,
    depth: number,
    sixToFour: boolean,
    mapped: boolean,
  ): number => {
    if ((sixToFour && depth === SIX_TO_FOUR.bits) || (mapped && depth === MAPPED.bits)) return ipv4;
    if (!sixToFour && !mapped) return merge(location, asn, network);
    const below = (bit: 0 | 1): number =>
      descend(
        child(locations, location, bit),
        child(asns, asn, bit),
        child(networks, network, bit),
        depth + 1,
        sixToFour && SIX_TO_FOUR.at(depth) === bit,
        mapped && MAPPED.at(depth) === bit,
      );
    const zero = below(0);
    return node(zero, below(1));
  };
  const ipv6 = descend(locations.ipv6, asns.ipv6, networks.ipv6, 0, true, true);
  return { nodes: shared.words(), ipv4, ipv6 };
}

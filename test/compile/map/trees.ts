/** Trees of IPv4 for tests of tables over them: with subtrees that are there twice, and leaves at every depth. */
import { leafOfCell, type SharedTree } from '../../../src/compile/map/map-table.js';
import { shareNodes } from '../../../src/ip/share-nodes.js';
import { below, type Random } from '../../../src/platform/random.js';

/** A tree with so many leaves' prefixes, whose classes are below `classes`. */
export function anyTree(random: Random, prefixes: number, classes: number): SharedTree {
  const list = Array.from({ length: prefixes }, () => ({
    // Few /16s, or nearly none would have more than one of them.
    bits: (below(random, 4) << 30) | (below(random, 3) << 16) | below(random, 2 ** 16),
    length: below(random, 33),
    value: below(random, classes),
  }));
  const nodes = shareNodes();
  const build = (inside: typeof list, depth: number, outer: number): number => {
    const here = inside.findLast(({ length }) => length === depth)?.value ?? outer;
    const deeper = inside.filter(({ length }) => length > depth);
    if (deeper.length === 0) return leafOfCell(here);
    const side = (bit: number): number =>
      build(
        deeper.filter(({ bits }) => ((bits >>> (31 - depth)) & 1) === bit),
        depth + 1,
        here,
      );
    const zero = side(0);
    return nodes.join(zero, side(1));
  };
  const ipv4 = build(list, 0, 0);
  return { nodes: nodes.words(), ipv4, ipv6: ipv4 };
}

/** What a tree has at an address: the word, and its depth, which is `most` where there is no leaf yet. */
export function lookUp(
  { nodes, ipv4 }: SharedTree,
  address: number,
  most = 32,
): { readonly word: number; readonly depth: number } {
  let word = ipv4;
  let depth = 0;
  for (; word >= 0 && depth < most; depth++) word = nodes[word * 2 + ((address >>> (31 - depth)) & 1)] ?? -1;
  return { word, depth };
}

/** Addresses of which most are where such a tree has leaves. */
export function anyAddress(random: Random): number {
  return (below(random, 4) << 30) | (below(random, 4) << 16) | below(random, 2 ** 16);
}

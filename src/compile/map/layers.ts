/**
 * What is known of clients besides their location, as one tree over all addresses: which addresses are special-purpose, and
 * which are in an AS or in networks that mirrors name.
 */
import type { AsnScan } from '../../geo/scan.js';
import {
  child,
  isLeaf,
  LEAF,
  leaf,
  leafValue,
  type PrefixTree,
  treeOfPrefixes,
} from '../../ip/prefix-tree.js';
import { shareNodes } from '../../ip/share-nodes.js';
import { SPECIAL_PURPOSE } from '../../ip/special-purpose.js';
import { asnsOfPlan, type GeographyPlan } from '../pool-plan.js';

/** What a set of addresses has in common. */
export interface Layer {
  /** Databases are not asked about them: registries list private networks under one country or another. */
  readonly isSpecial: boolean;
  /** 0: no AS that a mirror names. */
  readonly asn: number;
  /** The networks that they are in, as texts. */
  readonly networks: ReadonlySet<string>;
}

export interface Layers {
  /** Its leaves are layer numbers. */
  readonly tree: PrefixTree;
  /** The first is the layer of nearly all addresses, of which nothing is known. */
  readonly all: readonly Layer[];
}

/** The layer of addresses of which nothing is known. */
export const NO_LAYER: Layer = { isSpecial: false, asn: 0, networks: new Set() };

/** A tree without branches: every address is at leaf 0. */
export const NOTHING: PrefixTree = { nodes: new Uint32Array(), ipv4: LEAF, ipv6: LEAF };

/** The layers of everything these plans' mirrors name, and of special-purpose addresses, which `special` can override. */
export function layersOf(
  plans: readonly GeographyPlan[],
  asns: AsnScan | undefined,
  special: PrefixTree = SPECIAL_PURPOSE,
): Layers {
  const named = new Set(plans.flatMap(asnsOfPlan));
  const networks = plans.flatMap((plan) => plan.networks);
  const prefixes = [...new Map(networks.map((prefix) => [prefix.text, prefix])).values()];
  const { tree: within, sets } = treeOfPrefixes(prefixes.map((prefix, id) => ({ prefix, id })));
  const owners = asns === undefined || named.size === 0 ? NOTHING : asns.tree;
  const all: Layer[] = [NO_LAYER];
  const numbers = new Map([['false 0 0', 0]]);
  const numberOf = (isSpecial: boolean, asn: number, set: number): number => {
    const key = `${isSpecial} ${asn} ${set}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const texts = (sets[set] ?? []).flatMap((id) => prefixes[id]?.text ?? []);
    numbers.set(key, all.length);
    return all.push({ isSpecial, asn, networks: new Set(texts) }) - 1;
  };

  const nodes = shareNodes();
  /**
   * By set of networks and node of the AS tree: the joined word, where there are no more networks or special addresses to
   * tell apart.
   */
  const known = new Map<number, number>();
  const join = (at: number, owner: number, network: number): number => {
    const isOneSpecial = isLeaf(at) && leafValue(at) !== 0;
    if (isLeaf(at) && isLeaf(network)) {
      if (isOneSpecial || isLeaf(owner)) {
        const asn = isOneSpecial ? 0 : (asns?.asns[leafValue(owner)] ?? 0);
        return leaf(numberOf(isOneSpecial, named.has(asn) ? asn : 0, leafValue(network))) | 0;
      }
      const key = leafValue(network) * 2 ** 32 + owner;
      const word = known.get(key) ?? joinSides(at, owner, network);
      known.set(key, word);
      return word;
    }
    return joinSides(at, owner, network);
  };
  const joinSides = (at: number, owner: number, network: number): number => {
    const zero = join(child(special, at, 0), child(owners, owner, 0), child(within, network, 0));
    return nodes.join(zero, join(child(special, at, 1), child(owners, owner, 1), child(within, network, 1)));
  };
  const ipv4 = join(special.ipv4, owners.ipv4, within.ipv4) >>> 0;
  const ipv6 = join(special.ipv6, owners.ipv6, within.ipv6) >>> 0;
  return { tree: { nodes: new Uint32Array(nodes.words()), ipv4, ipv6 }, all };
}

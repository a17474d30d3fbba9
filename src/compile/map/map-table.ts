/**
 * Makes location maps from trees, for the walk in src/answer/locate.ts. Each has a table that skips the first bits of IPv4.
 * If several geographies share a tree, each map also has what its geography sees in it.
 */
import { type LocationMap, SCOPE_BITS } from '../../answer/table.js';
import { MARK, MAX_LEAF } from '../../ip/prefix-tree.js';

/** A tree of signed words: leaves are below 0, and each node comes after those that it leads to. */
export interface SharedTree {
  readonly nodes: Int32Array;
  readonly ipv4: number;
  readonly ipv6: number;
}

/**
 * What a geography sees below a word: a catchment; ~ the catchment of unplaced clients, at special-purpose addresses; or
 * this value, which means more than one.
 */
export const MIXED = 0x7fff_ffff;

/** Bits that the table covers: 2^16 words fit the second-level cache, and half of all /16s end there. */
const MOST_BITS = 16;
const FEWEST_BITS = 4;

/** Returns the leaf for what a geography sees. */
export function leafOfCell(cell: number): number {
  return cell < 0 ? -0x8000_0000 | MARK | ~cell : -0x8000_0000 | cell;
}

/** What a geography sees at a leaf made by `leafOfCell`. */
function cellOfLeaf(word: number): number {
  const value = word & MAX_LEAF;
  return (word & MARK) === 0 ? value : ~value;
}

/**
 * The map for a geography with one catchment. Special-purpose addresses are in it too, since all clients get the same
 * answer.
 */
export function mapOfOne(): LocationMap {
  const tree = { nodes: new Int32Array(0), ipv4: leafOfCell(0), ipv6: leafOfCell(0) };
  return ownMap(tree);
}

/** The map of a tree made for one geography: its leaves are cells. */
export function ownMap(tree: SharedTree): LocationMap {
  return {
    map: tree.nodes,
    ipv6Root: tree.ipv6,
    ...tableOf(tree, bitsFor(tree.nodes.length / 2), (word) => (word < 0 ? cellOfLeaf(word) : MIXED)),
    cells: NO_CELLS,
    uniform: NO_WORDS,
    strides: NO_WORDS,
    scopes: NO_SCOPES,
  };
}

/**
 * The map of one of the geographies that share a tree. The leaves are classes, and `cells` has what the geography sees of
 * each.
 */
export function sharedMap(tree: SharedTree, cells: LocationMap['cells']): LocationMap {
  const { nodes } = tree;
  const seen = new Int32Array(nodes.length >> 1);
  const uniform = new Int32Array((seen.length >> 5) + 1);
  const cellOf = (word: number): number => (word < 0 ? (cells[word & MAX_LEAF] ?? 0) : (seen[word] ?? 0));
  for (let node = 0; node < seen.length; node++) {
    const zero = cellOf(nodes[node * 2] ?? 0);
    const isUniform = zero === cellOf(nodes[node * 2 + 1] ?? 0) && zero !== MIXED;
    seen[node] = isUniform ? zero : MIXED;
    if (isUniform) uniform[node >> 5] = (uniform[node >> 5] ?? 0) | (1 << (node & 31));
  }
  const ipv6 = cellOf(tree.ipv6);
  return {
    map: nodes,
    ipv6Root: ipv6 === MIXED ? tree.ipv6 : leafOfCell(ipv6),
    ...tableOf(tree, bitsFor(seen.length), cellOf),
    cells,
    uniform,
    strides: NO_WORDS,
    scopes: NO_SCOPES,
  };
}

/**
 * The same for very many geographies that share a tree. A table and bits for each of them would be most of their memory, so
 * they share the strides instead, and each has a table of scopes.
 */
export function stridedMap(
  tree: SharedTree,
  strides: Int32Array,
  cells: LocationMap['cells'],
  cellOf: (word: number, entry: number) => number,
): LocationMap {
  const { firstLevel: first } = tableOf(tree, SCOPE_BITS, cellOf);
  const scopes = Uint8Array.from(first, (word) => (word < 0 ? depthOf(word) : 0));
  const { firstLevel: nodes } = tableOf(tree, FEWEST_BITS, () => MIXED);
  const below = SCOPE_BITS - FEWEST_BITS;
  const firstLevel = nodes.map((node, i) => {
    const word = first[i << below] ?? 0;
    return word < 0 && depthOf(word) <= FEWEST_BITS ? word : node;
  });
  return {
    map: tree.nodes,
    ipv6Root: tree.ipv6 < 0 ? leafOfCell(cells[tree.ipv6 & MAX_LEAF] ?? 0) : tree.ipv6,
    firstLevel,
    firstLevelBits: FEWEST_BITS,
    cells,
    uniform: NO_WORDS,
    strides,
    scopes,
  };
}

/** What a geography sees of each class, in the smallest array that holds it. */
export function cellsOf(seen: readonly number[]): LocationMap['cells'] {
  const isShort = seen.every((cell) => cell >= -0x8000 && cell < 0x8000);
  return isShort ? Int16Array.from(seen) : Int32Array.from(seen);
}

const NO_CELLS = new Int16Array(0);
export const NO_WORDS = new Int32Array(0);
export const NO_SCOPES = new Uint8Array(0);

/** Octets of the table of a tree with this many nodes. */
export function tableOctets(nodes: number): number {
  return 4 << bitsFor(nodes);
}

/** A table has no more words than the tree itself, so that small maps stay small. */
function bitsFor(nodes: number): number {
  const fitting = Math.floor(Math.log2(2 * nodes + 1));
  return Math.max(FEWEST_BITS, Math.min(MOST_BITS, fitting));
}

/** Makes the table over this many bits. `cellOf` says what is seen below a word at that depth. */
export function tableOf(
  { nodes, ipv4 }: SharedTree,
  firstLevelBits: number,
  cellOf: (word: number, entry: number) => number,
): Pick<LocationMap, 'firstLevel' | 'firstLevelBits'> {
  const firstLevel = new Int32Array(1 << firstLevelBits);
  /** Fills the part of the table below a word; returns what is seen there. */
  const fill = (word: number, depth: number, from: number): number => {
    const width = 1 << (firstLevelBits - depth);
    if (depth === firstLevelBits || word < 0) {
      const cell = cellOf(word, from);
      firstLevel.fill(cell === MIXED ? word : entryOf(cell, depth), from, from + width);
      return cell;
    }
    const zero = fill(nodes[word * 2] ?? 0, depth + 1, from);
    const one = fill(nodes[word * 2 + 1] ?? 0, depth + 1, from + width / 2);
    if (zero !== one || zero === MIXED) return MIXED;
    firstLevel.fill(entryOf(zero, depth), from, from + width);
    return zero;
  };
  fill(ipv4, 0, 0);
  return { firstLevel, firstLevelBits };
}

/** Returns a leaf of the table, with its depth above its value. */
function entryOf(cell: number, depth: number): number {
  return leafOfCell(cell) | (depth << 23);
}

function depthOf(entry: number): number {
  return (entry >>> 23) & 0xff;
}

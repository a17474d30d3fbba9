/**
 * A YAML file as a tree of plain values with their positions. Checks use paths (`mirrors`, `aurora`, `weight`); the tree
 * turns a path into the line and column of its key or its value. Values found to be wrong are left out of the tree, so
 * that the rest can still be read and all faults of a file are reported at once.
 */

/** Both count from 1; columns are UTF-16 units, as editors count them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Keys of mappings and indices of lists, starting at the root. */
export type Path = readonly (string | number)[];

export type Scalar = string | number | boolean | null;
export type Plain = Scalar | Plain[] | { [key: string]: Plain };

interface Placed {
  /** Where the value starts. */
  readonly at: Position;
  /** Where its key starts, if it is the value of a key. */
  readonly keyAt?: Position;
  /** Something at or below this node is wrong. */
  faulty: boolean;
  /** Left out of the plain value, because it is wrong or ignored. */
  omitted: boolean;
}

export type TreeNode = Placed &
  (
    | { readonly kind: 'scalar'; readonly value: Scalar }
    | { readonly kind: 'list'; items: TreeNode[] }
    | { readonly kind: 'mapping'; readonly entries: ReadonlyMap<string, TreeNode> }
  );

/** The plain value of a tree, without omitted nodes. Keys of a mapping are in the order of the file. */
export function plainValue(node: TreeNode): Plain {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.filter((item) => !item.omitted).map(plainValue);
  const plain: { [key: string]: Plain } = {};
  for (const [key, value] of node.entries) if (!value.omitted) plain[key] = plainValue(value);
  return plain;
}

/** The node at a path, even if it is omitted. Undefined if there is none. */
export function nodeAt(root: TreeNode, path: Path): TreeNode | undefined {
  let node: TreeNode | undefined = root;
  for (const step of path) {
    if (node === undefined) return undefined;
    node = childOf(node, step);
  }
  return node;
}

/** The nodes from the root to the last one of the path that exists; at least the root. */
export function nodesAlong(root: TreeNode, path: Path): readonly [TreeNode, ...TreeNode[]] {
  const nodes: [TreeNode, ...TreeNode[]] = [root];
  let node: TreeNode | undefined = root;
  for (const step of path) {
    node = childOf(node, step);
    if (node === undefined) break;
    nodes.push(node);
  }
  return nodes;
}

/** Removes omitted items from lists for good: from then on, list indices in paths do not count them. */
export function closeGaps(node: TreeNode): void {
  if (!node.faulty || node.kind === 'scalar') return;
  if (node.kind === 'list') node.items = node.items.filter((item) => !item.omitted);
  for (const child of node.kind === 'list' ? node.items : node.entries.values()) closeGaps(child);
}

function childOf(node: TreeNode, step: string | number): TreeNode | undefined {
  if (node.kind === 'mapping') return node.entries.get(String(step));
  if (node.kind === 'list' && typeof step === 'number') return node.items[step];
  return undefined;
}

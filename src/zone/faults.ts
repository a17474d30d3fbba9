/**
 * The faults of one file, each at the line and column of the key or value that is wrong. Every check adds to the same
 * list, so an operator sees all faults at once, in the order of the file.
 */
import { printable } from '../platform/printable.js';
import { nodeAt, nodesAlong, type Path, type Position, type TreeNode } from './tree.js';

export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** `FILE:LINE:COL: message`, as compilers print and editors understand it. One line, whatever the file contains. */
export function formatFault(fault: Fault): string {
  return printable(`${fault.file}:${fault.line}:${fault.column}: ${fault.message}`);
}

/** A fault of the file as a whole, such as one that can't be read or is too large. */
export function faultOfFile(file: string, message: string): Fault {
  return { file, line: 1, column: 1, message };
}

export interface FaultList {
  /** Reports a fault at the key at a path. If the key is missing, the fault is at the nearest key outward. */
  atKey(path: Path, message: string): void;
  /** Reports a key that should not be there. The key is left out, and its value is not checked. */
  refuseKey(path: Path, message: string): void;
  /** Leaves out a key that no check looks at. Returns false if there is no such key. */
  ignoreKey(path: Path): boolean;
  /** Reports a fault at the value at a path. */
  atValue(path: Path, message: string): void;
  /** Whether anything at or below a path is known to be wrong. Checks that depend on it are then pointless. */
  isFaulty(path: Path): boolean;
  /** Whether the file has the path, whether or not its value is valid. */
  has(path: Path): boolean;
  /** The keys of the mapping at a path in file order, including those of wrong values. Empty if it is not a mapping. */
  keysAt(path: Path): readonly string[];
  /** The position of the key or value at a path. */
  position(path: Path, of: 'key' | 'value'): Position;
  /** The faults reported so far, in the order of the file. */
  sorted(): readonly Fault[];
}

/** A list for the faults of the file that was read into `root`. */
export function newFaultList(file: string, root: TreeNode): FaultList {
  const known = new Map<string, Fault>();

  function position(path: Path, of: 'key' | 'value'): Position {
    const nodes = nodesAlong(root, path);
    const node = nodes[nodes.length - 1] ?? root;
    // If the path ends early, a key is missing, and the fault is at the key of the mapping that lacks it. A missing list
    // item belongs to a lone value that stands in place of a list.
    const missing = path[nodes.length - 1];
    const wanted = typeof missing === 'string' ? 'key' : of;
    return wanted === 'key' && node.keyAt !== undefined ? node.keyAt : node.at;
  }

  function add(path: Path, of: 'key' | 'value', message: string): void {
    for (const node of nodesAlong(root, path)) node.faulty = true;
    const fault = { file, ...position(path, of), message };
    known.set(formatFault(fault), fault);
  }

  return {
    atKey: (path, message) => add(path, 'key', message),
    refuseKey(path, message) {
      add(path, 'key', message);
      const node = nodeAt(root, path);
      if (node !== undefined) node.omitted = true;
    },
    ignoreKey(path) {
      const node = nodeAt(root, path);
      if (node !== undefined) node.omitted = true;
      return node !== undefined;
    },
    atValue: (path, message) => add(path, 'value', message),
    isFaulty: (path) => nodeAt(root, path)?.faulty ?? false,
    has: (path) => nodeAt(root, path) !== undefined,
    keysAt(path) {
      const node = nodeAt(root, path);
      return node?.kind === 'mapping' ? [...node.entries.keys()] : [];
    },
    position,
    sorted: () => sortFaults([...known.values()]),
  };
}

/** Faults of one file in the order of its lines. */
export function sortFaults<F extends Fault>(faults: readonly F[]): readonly F[] {
  return [...faults].sort((a, b) => a.line - b.line || a.column - b.column);
}

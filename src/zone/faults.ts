/**
 * The faults of one file, each at the line and column of the key or value that is wrong. Every check adds to the same
 * list, so an operator sees all of them in one go, in the order of the file.
 */
import { printable } from '../platform/printable.js';
import { nodeAt, nodesAlong, type Path, type Position, type TreeNode } from './tree.js';

export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** `FILE:LINE:COL: message`, as compilers write it and editors jump to it: one line, whatever is in the file. */
export function formatFault(fault: Fault): string {
  return printable(`${fault.file}:${fault.line}:${fault.column}: ${fault.message}`);
}

/** A fault of a file as a whole: it can't be read, it is too large. */
export function faultOfFile(file: string, message: string): Fault {
  return { file, line: 1, column: 1, message };
}

export interface FaultList {
  /** Says that something is wrong with the key at a path, or with the lack of one: then at the nearest key outward. */
  atKey(path: Path, message: string): void;
  /** The same of a key that should not be there: it is left out, and its value not looked at. */
  refuseKey(path: Path, message: string): void;
  /** Leaves a key out that nothing looks at, and gives true; false where there is no such key. */
  ignoreKey(path: Path): boolean;
  /** Says that something is wrong with the value at a path. */
  atValue(path: Path, message: string): void;
  /** Whether anything at or below a path is known to be wrong; what depends on it is then not worth a check. */
  isFaulty(path: Path): boolean;
  /** Whether the file has the path, be what stands there right or wrong. */
  has(path: Path): boolean;
  /** The keys of the mapping at a path in the order of the file, those of wrong values too; none if it is no mapping. */
  keysAt(path: Path): readonly string[];
  /** Where the key or value at a path stands. */
  position(path: Path, of: 'key' | 'value'): Position;
  /** What was said so far, in the order of the file. */
  sorted(): readonly Fault[];
}

/** A list for the faults of the file that was read into `root`. */
export function newFaultList(file: string, root: TreeNode): FaultList {
  const known = new Map<string, Fault>();

  function position(path: Path, of: 'key' | 'value'): Position {
    const nodes = nodesAlong(root, path);
    const node = nodes[nodes.length - 1] ?? root;
    // Where a path ends early, a key is missing: that is said at the key of the mapping that lacks it. An item that is
    // not there is that of a lone value in place of a list.
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

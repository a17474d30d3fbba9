/**
 * YAML and JSON of other systems as trees that know their lines. JSON is YAML, but for tabs, which can only be white space in
 * it. Several documents of YAML in a file are read each for itself.
 */
import { readYaml } from '../zone/read-yaml.js';
import type { Scalar, TreeNode } from '../zone/tree.js';
import { refuse, type SourceFile } from './imported.js';

/** A document and how many lines of the file come before it. */
export interface TreeDocument {
  readonly root: TreeNode;
  readonly before: number;
  /** Its last line, of those of the file. */
  readonly last: number;
}

/** The documents of a file; empty ones are left out. Refuses what is no YAML. */
export function documentsIn({ file, text }: SourceFile): readonly TreeDocument[] {
  const json = /^\s*[[{]/.test(text);
  const parts = json ? [text.replaceAll('\t', ' ')] : text.split(/^---(?:[ \t].*)?$/m);
  let before = 0;
  return parts.flatMap((part) => {
    const { root, faults } = readYaml(part);
    const [first] = faults;
    const line = before;
    before += part.split('\n').length - 1;
    if (root === undefined || first !== undefined) {
      return refuse(file, line + (first?.line ?? 1), first?.message ?? 'the file is empty', first?.column);
    }
    return root.kind === 'scalar' && root.value === null ? [] : [{ root, before: line, last: before }];
  });
}

/** The value of a key of a mapping; undefined where there is none. */
export function childOf(node: TreeNode, key: string): TreeNode | undefined {
  return node.kind === 'mapping' ? node.entries.get(key) : undefined;
}

/** The plain value of a key; undefined where there is none, or more than one. */
export function scalarOf(node: TreeNode, key: string): Exclude<Scalar, null> | undefined {
  const child = childOf(node, key);
  return child?.kind === 'scalar' && child.value !== null ? child.value : undefined;
}

/** The same as a text; undefined where it is empty. */
export function textOf(node: TreeNode, key: string): string | undefined {
  const value = scalarOf(node, key);
  const text = value === undefined ? '' : String(value).trim();
  return text === '' ? undefined : text;
}

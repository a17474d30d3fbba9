/**
 * YAML and JSON of other systems as trees with line numbers. JSON is read as YAML, after tabs, which can only be white
 * space in it, are replaced. If a file has several YAML documents, each is read separately.
 */
import { readYaml } from '../zone/read-yaml.js';
import type { Scalar, TreeNode } from '../zone/tree.js';
import { refuse, type SourceFile } from './imported.js';

/** A document, and the number of lines before it in the file. */
export interface TreeDocument {
  readonly root: TreeNode;
  readonly before: number;
  /** The number of its last line in the file. */
  readonly last: number;
}

/** The documents of a file, without empty ones. Refuses invalid YAML. */
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

/** The value of a key of a mapping. Undefined if there is none. */
export function childOf(node: TreeNode, key: string): TreeNode | undefined {
  return node.kind === 'mapping' ? node.entries.get(key) : undefined;
}

/** The plain value of a key. Undefined if there is none, or if it is a list or a mapping. */
export function scalarOf(node: TreeNode, key: string): Exclude<Scalar, null> | undefined {
  const child = childOf(node, key);
  return child?.kind === 'scalar' && child.value !== null ? child.value : undefined;
}

/** The same as a text. Undefined if it is empty. */
export function textOf(node: TreeNode, key: string): string | undefined {
  const value = scalarOf(node, key);
  const text = value === undefined ? '' : String(value).trim();
  return text === '' ? undefined : text;
}

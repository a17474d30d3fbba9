/**
 * Parses YAML text into a tree with positions. The text may be anything. Its size, its depth and the growth through
 * aliases are limited before the library's recursive composer sees it: on some tens of thousands of brackets the composer
 * runs out of stack inside a regular expression, which ends the process and can't be caught. YAML 1.2, core schema.
 */

import type { CST } from 'yaml';
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, Parser } from 'yaml';
import type { Position, Scalar, TreeNode } from './tree.js';
import { adviceOn, slipsIn, type YamlFault } from './yaml-slips.js';

export const MAX_BYTES = 8 * 1024 * 1024;
const MAX_DEPTH = 64;
/** The maximum number of lexemes in a file. Each costs the library some hundreds of bytes; a mirror takes about forty. */
const MAX_LEXEMES = 1_000_000;
/** The maximum number of values that aliases may add. */
const MAX_ALIASED = 10_000;
/** YAML 1.1 has it, and so do many programs. */
const MERGE_KEY = '<<';

/** A tree and the faults that leave it readable (such as duplicate keys), or only faults. */
export interface YamlText {
  readonly root?: TreeNode;
  readonly faults: readonly YamlFault[];
}

/** Reads one YAML document. Never throws, whatever the text is. */
export function readYaml(text: string): YamlText {
  if (Buffer.byteLength(text) > MAX_BYTES) {
    return { faults: [{ line: 1, column: 1, message: 'the file is larger than 8 MiB' }] };
  }
  const slips = slipsIn(text);
  if (slips.length > 0) return { faults: slips };
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const tokens = tokenize(text, lines);
  if ('offset' in tokens) return { faults: [{ ...at(tokens.offset), message: tokens.message }] };

  // uniqueKeys compares each key with every other one. `convert` finds duplicates too, and reports where the first one is.
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    lineCounter: lines,
    prettyErrors: false,
  });
  const documents = [...composer.compose(tokens.tokens, true, text.length)];
  const [document, second] = documents;
  const complaints = [...(document?.errors ?? []), ...(document?.warnings ?? [])];
  if (complaints.length > 0) {
    const placed = complaints.map(({ code, message, pos }) => ({ code, message, ...at(pos[0]) }));
    return { faults: adviceOn(placed, text) };
  }
  if (second !== undefined) {
    const message = 'the file holds several YAML documents, expected one: remove the line "---"';
    return { faults: [{ ...at(second.range[0]), message }] };
  }
  return convert(document?.contents, at);
}

function tokenize(
  text: string,
  lines: LineCounter,
): { tokens: CST.Token[] } | { offset: number; message: string } {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // Each level of nesting is an open collection on the parser's stack, and the document itself is one more.
    if (parser.stack.length > MAX_DEPTH + 1) {
      return { offset: parser.offset - 1, message: `nested deeper than ${MAX_DEPTH} levels` };
    }
    lexemes++;
    if (lexemes > MAX_LEXEMES) {
      return { offset: parser.offset, message: `the file has more than ${MAX_LEXEMES} pieces of YAML` };
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens };
}

/** Converts the library's nodes to ours, in the order of the document, so that an anchor is known before its aliases. */
function convert(contents: unknown, at: (offset: number) => Position): YamlText {
  const faults: YamlFault[] = [];
  const anchors = new Map<string, TreeNode>();
  let aliased = 0;

  function visit(node: unknown, fallback: Position, keyAt?: Position): TreeNode {
    const range = isNodeWithRange(node) ? node.range : undefined;
    // A missing value has no position of its own, so it gets that of its key.
    const empty = range === undefined || range[0] === range[1];
    const placed = placedAt(empty ? (keyAt ?? fallback) : at(range[0]), keyAt);
    if (isAlias(node)) return follow(node.source, placed.at, keyAt);
    let made: TreeNode;
    if (isMap(node)) {
      made = { ...placed, kind: 'mapping', entries: entriesOf(node.items, placed.at) };
    } else if (isSeq(node)) {
      made = { ...placed, kind: 'list', items: node.items.map((item) => visit(item, placed.at)) };
    } else {
      made = { ...placed, kind: 'scalar', value: isScalar(node) ? scalarOf(node.value) : null };
    }
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined) anchors.set(anchor, made);
    return made;
  }

  function entriesOf(
    pairs: readonly { readonly key: unknown; readonly value: unknown }[],
    fallback: Position,
  ): Map<string, TreeNode> {
    const entries = new Map<string, TreeNode>();
    for (const { key, value } of pairs) {
      const keyNode = visit(key, fallback);
      const name = keyText(key, keyNode);
      const made = visit(value, keyNode.at, keyNode.at);
      const first = name === null ? undefined : entries.get(name);
      if (name === null) {
        faults.push({ ...keyNode.at, message: 'a key must be text' });
      } else if (name === MERGE_KEY) {
        const message =
          '"<<" is not in YAML 1.2: write the keys out here, or a whole value as an alias, such as probe: *name';
        faults.push({ ...keyNode.at, message });
      } else if (name === '__proto__') {
        faults.push({ ...keyNode.at, message: 'the key "__proto__" is not possible here' });
      } else if (first !== undefined) {
        faults.push({
          ...keyNode.at,
          message: `duplicate key "${name}", first at line ${first.keyAt?.line}`,
        });
      } else {
        entries.set(name, made);
      }
    }
    return entries;
  }

  function follow(name: string, position: Position, keyAt?: Position): TreeNode {
    const target = anchors.get(name);
    if (target !== undefined) {
      const size = sizeOf(target, MAX_ALIASED - aliased);
      aliased += size;
      if (aliased <= MAX_ALIASED) return copyOf(target, keyAt);
    }
    const message =
      target === undefined
        ? `the alias *${name} refers to no anchor that ends before it`
        : `aliases make the file too large: more than ${MAX_ALIASED} values come from them`;
    // One message is enough for a bomb: the thousands of aliases after it tell nothing new.
    if (target === undefined || !faults.some((fault) => fault.message === message)) {
      faults.push({ ...position, message });
    }
    return { ...placedAt(position, keyAt), kind: 'scalar', value: null, faulty: true, omitted: true };
  }

  const root = visit(contents, { line: 1, column: 1 });
  return { root, faults };
}

function placedAt(at: Position, keyAt?: Position) {
  return { at, ...(keyAt === undefined ? {} : { keyAt }), faulty: false, omitted: false };
}

function isNodeWithRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

/** The core schema produces no other scalars. */
function scalarOf(value: unknown): Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** A key as written: `1` and `true` are the texts "1" and "true" where a name is expected. */
function keyText(key: unknown, node: TreeNode): string | null {
  if (node.kind !== 'scalar' || node.value === null) return null;
  return isScalar(key) && key.source !== undefined ? key.source : String(node.value);
}

/** The number of values in a tree. Counting stops above `most`. */
function sizeOf(node: TreeNode, most: number): number {
  let size = 1;
  if (node.kind === 'scalar') return size;
  for (const child of node.kind === 'list' ? node.items : node.entries.values()) {
    if (size > most) break;
    size += sizeOf(child, most - size);
  }
  return size;
}

/** A copy has its own faults, but keeps the position of the anchor: that is the text to correct. */
function copyOf(node: TreeNode, keyAt: Position | undefined = node.keyAt): TreeNode {
  const placed = { ...placedAt(node.at, keyAt), faulty: node.faulty, omitted: node.omitted };
  if (node.kind === 'scalar') return { ...placed, kind: 'scalar', value: node.value };
  if (node.kind === 'list') return { ...placed, kind: 'list', items: node.items.map((item) => copyOf(item)) };
  const entries = new Map([...node.entries].map(([key, value]) => [key, copyOf(value)] as const));
  return { ...placed, kind: 'mapping', entries };
}

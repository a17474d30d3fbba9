/**
 * The canonical form of zone files, whoever wrote them: keys in the order of the schema, quotes where needed, a collection
 * on one line if its author began it there and it fits. Comments, blank lines and the order of names are kept. The meaning
 * is kept too, which is checked before the text is returned.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { printable } from '../platform/printable.js';
import { composeYaml } from './compose-yaml.js';
import { type Fault, faultOfFile } from './faults.js';
import { type KeyOrder, keyOrderOf } from './key-order.js';
import { readYaml } from './read-yaml.js';
import { zoneJsonSchema } from './schema.js';
import { plainValue } from './tree.js';
import { commentsIn } from './yaml-comments.js';

/** The maximum width of a line with a collection on it. */
const WIDTH = 110;
const INDENT = 2;
/** Long texts are not folded: text on one line stays on one line, and can be searched for. */
const STYLE = { indent: INDENT, lineWidth: 0, verifyAliasOrder: false } as const;
/** Words that YAML 1.1, which Puppet and others read, takes for truth values. NO (Norway) is one. */
const YAML_1_1 = /^(?:yes|no|on|off)$/i;
/** Addresses with colons, and ports after colons. */
const COLONS = /^[0-9a-f.]*:[0-9a-f:.]*(?:\/\d+)?$/i;

/** A zone file's text in its canonical form, or why it has none. Never throws, whatever the text is. */
export function formatZone(
  text: string,
  file: string,
): { readonly text: string } | { readonly faults: readonly Fault[] } {
  const before = readYaml(text);
  if (before.root === undefined || before.faults.length > 0)
    return { faults: before.faults.map((fault) => ({ file, ...fault })) };
  const value = plainValue(before.root);
  // If the order of the schema would put an alias before its anchor, the keys stay in the order of the file.
  for (const sorted of [true, false]) {
    // The library keeps a carriage return at the end of a comment or blank line.
    const formatted = canonicalText(composeYaml(text.replaceAll('\r\n', '\n')), sorted);
    const after = readYaml(formatted);
    const kept =
      after.root !== undefined &&
      isDeepStrictEqual(value, plainValue(after.root)) &&
      isDeepStrictEqual(commentTexts(text), commentTexts(formatted));
    if (kept) return { text: formatted };
  }
  const message = "this file can't be formatted without losing some of it, so it was left as it is";
  return { faults: [faultOfFile(file, message)] };
}

function commentTexts(text: string): readonly string[] {
  return commentsIn(text)
    .map((comment) => comment.text)
    .sort();
}

/** Brings a document into the canonical form; returns its text. If `sorted`, an alias may come before its anchor. */
export function canonicalText(document: Document, sorted = true): string {
  const { contents } = document;
  if (contents !== null)
    settle(contents, { order: keyOrderOf(zoneJsonSchema()), sorted, used: 0, indent: 0 });
  return document.toString(STYLE);
}

interface Place {
  readonly order: KeyOrder;
  /** Whether keys are sorted. */
  readonly sorted: boolean;
  /** Columns used before it in its line. */
  readonly used: number;
  readonly indent: number;
}

function settle(node: unknown, place: Place, inFlow = false): void {
  if (isScalar(node)) settleScalar(node, inFlow);
  if (!isCollection(node)) return;
  if (!inFlow && node.flow && (holdsComment(node) || place.used + widthOf(node) > WIDTH)) node.flow = false;
  const indent = place.indent + INDENT;
  const flow = inFlow || node.flow === true;
  if (isSeq(node)) {
    pad(node);
    for (const item of node.items) {
      settle(item, { ...place, order: place.order.items(), used: place.indent + INDENT, indent }, flow);
    }
    return;
  }
  if (!isMap(node)) return;
  pad(node);
  for (const { key, value } of node.items) {
    settleKey(key);
    const name = isScalar(key) ? String(key.value) : '';
    const used = place.indent + name.length + 2;
    settle(value, { ...place, order: place.order.below(name), used, indent }, flow);
  }
  if (place.sorted) sortKeys(node, place);
}

/** The library pads both kinds of brackets or neither; here it is `[a, b]` but `{ a: 1 }`. */
function pad(collection: YAMLMap | YAMLSeq): void {
  const written = collection.toString.bind(collection);
  const flowCollectionPadding = isSeq(collection) ? '' : ' ';
  collection.toString = (context, ...rest) =>
    written(context && { ...context, flowCollectionPadding }, ...rest);
}

function settleScalar(scalar: Scalar, inFlow: boolean): void {
  const { value, type } = scalar;
  if (typeof value !== 'string' || type === Scalar.BLOCK_FOLDED || type === Scalar.BLOCK_LITERAL) return;
  const shown = value.replaceAll('\n', '');
  // Elsewhere than in double quotes, a tab is lost where the text is printed: it is shown as \t.
  if (printable(shown) !== shown) scalar.type = Scalar.QUOTE_DOUBLE;
  else if (value.includes('\n')) delete scalar.type;
  else if (/["\\]/.test(value) && !value.includes("'")) scalar.type = Scalar.QUOTE_SINGLE;
  else scalar.type = isQuoted(value, inFlow) ? Scalar.QUOTE_DOUBLE : Scalar.PLAIN;
}

function isQuoted(value: string, inFlow: boolean): boolean {
  return (
    YAML_1_1.test(value) || COLONS.test(value) || /["'\\]/.test(value) || (inFlow && value.includes(' '))
  );
}

/** Makes a key a text: 53 becomes "53". */
function settleKey(key: unknown): void {
  if (!isScalar(key)) return;
  if (typeof key.value !== 'string' && key.source !== undefined) key.value = key.source;
  settleScalar(key, false);
}

/** Known keys come first, in the order of the schema. The operator's own keys stay after the key that they followed. */
function sortKeys(map: YAMLMap, place: Place): void {
  const [first] = map.items;
  let rank = -1;
  const ranked = map.items.map((pair) => {
    const found = isScalar(pair.key) ? place.order.keys.indexOf(String(pair.key.value)) : -1;
    if (found >= 0) rank = found;
    return { pair, rank };
  });
  map.items = ranked.sort((a, b) => a.rank - b.rank).map(({ pair }) => pair);
  const [now] = map.items;
  if (first !== undefined && now !== undefined && now !== first) leadWith(now, first, map);
}

/**
 * Comments above the first key were read as the mapping's own; they move with that key. The new first key has no blank
 * line above it.
 */
function leadWith(now: Pair, before: Pair, map: YAMLMap): void {
  if (!isScalar(now.key) || !isScalar(before.key)) return;
  before.key.spaceBefore = now.key.spaceBefore ?? false;
  now.key.spaceBefore = false;
  if (map.commentBefore === undefined || map.commentBefore === null) return;
  before.key.commentBefore = map.commentBefore;
  map.commentBefore = null;
}

function holdsComment(node: unknown): boolean {
  return partsOf(node).some(
    (part) => (isNode(part) && Boolean(part.comment || part.commentBefore)) || holdsComment(part),
  );
}

function partsOf(node: unknown): readonly unknown[] {
  if (!isCollection(node)) return [];
  return node.items.flatMap((item) => (isPair(item) ? [item.key, item.value] : [item]));
}

/** The approximate width of a node on one line. */
function widthOf(node: unknown): number {
  if (isAlias(node)) return node.source.length + 1;
  if (isScalar(node)) return String(node.value).length + (node.type === Scalar.PLAIN ? 0 : 2);
  if (!isCollection(node)) return 0;
  return (node as YAMLMap | YAMLSeq).items.reduce<number>((sum, item) => {
    const parts = isPair(item) ? [item.key, item.value] : [item];
    return sum + parts.reduce<number>((all, part) => all + widthOf(part) + 2, 0);
  }, 2);
}

/**
 * Writes a zone file from values and comments, in the form that `fmt` gives, as if an operator had written it.
 */
import { Document, isMap, isPair, isSeq, type Node, type Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { printable } from '../platform/printable.js';
import { canonicalText } from './canonical-yaml.js';

export type YamlValue = string | number | boolean | readonly YamlValue[] | YamlMapping;

export interface YamlMapping {
  readonly entries: readonly YamlEntry[];
  /** Comments after the last entry. */
  readonly below?: readonly string[];
}

export interface YamlEntry {
  readonly key: string;
  readonly value: YamlValue;
  /** Comments above it, one per line, without the comment marks. */
  readonly above?: readonly string[];
  /** The comment at the end of its line, or of its key's line. */
  readonly beside?: string;
}

/** The text of a file. `head` has the comments at its top; those `below` its mapping are at its end. */
export function writeYaml({ entries, below = [] }: YamlMapping, head: readonly string[]): string {
  const document = new Document(null, { version: '1.2', schema: 'core' });
  const contents = mapNode({ entries });
  contents.flow = false;
  for (const { key, value } of contents.items) {
    // A blank line before each section.
    if (key !== contents.items[0]?.key && isMap(value) && !value.flow) key.spaceBefore = true;
  }
  document.contents = contents;
  if (head.length > 0) document.commentBefore = commentText(head);
  if (below.length > 0) document.comment = commentText(below);
  return canonicalText(document);
}

function node(value: YamlValue): Node {
  if (typeof value !== 'object') return new Scalar(value);
  if (isYamlMapping(value)) return mapNode(value);
  const list = new YAMLSeq();
  list.items = value.map(node);
  list.flow = !list.items.some(isMap);
  return list;
}

export function isYamlMapping(value: YamlValue): value is YamlMapping {
  return typeof value === 'object' && !Array.isArray(value);
}

function mapNode({ entries, below = [] }: YamlMapping): YAMLMap<Scalar<string>, Node> {
  const map = new YAMLMap<Scalar<string>, Node>();
  map.items = entries.map(pairNode);
  if (below.length > 0) map.comment = commentText(below);
  // Mappings with nested values, or with comments, are written over several lines.
  map.flow =
    below.length === 0 &&
    !map.items.some(
      ({ key, value }) => isMap(value) || hasList(value) || key.commentBefore || value?.comment,
    );
  return map;
}

function hasList(value: Node | null): boolean {
  return isSeq(value) && value.items.some((item) => isMap(item) || isPair(item));
}

function pairNode({ key, value, above = [], beside }: YamlEntry): Pair<Scalar<string>, Node> {
  const name = new Scalar(key);
  const made = node(value);
  if (above.length > 0) name.commentBefore = commentText(above);
  if (beside !== undefined) {
    // A block has no room beside it: the library would put the comment after the whole block.
    if (isMap(made) && !made.flow) made.commentBefore = commentText([beside]);
    else made.comment = commentText([beside]);
  }
  return new Document().createPair(name, made) as Pair<Scalar<string>, Node>;
}

/** The library puts a mark before each line. An empty line would end the comment. */
function commentText(lines: readonly string[]): string {
  return lines.map((line) => ` ${printable(line)}`).join('\n');
}

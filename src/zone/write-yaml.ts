/**
 * A zone file's text from values with comments, in the form that `fmt` gives: what is written for an operator looks as if he
 * had written it.
 */
import { Document, isMap, isPair, isSeq, type Node, type Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { printable } from '../platform/printable.js';
import { canonicalText } from './canonical-yaml.js';

export type YamlValue = string | number | boolean | readonly YamlValue[] | YamlMapping;

export interface YamlMapping {
  readonly entries: readonly YamlEntry[];
  /** Comments behind the last entry. */
  readonly below?: readonly string[];
}

export interface YamlEntry {
  readonly key: string;
  readonly value: YamlValue;
  /** Comments above it, a line each, without their marks. */
  readonly above?: readonly string[];
  /** The comment in its line, or in that of its key. */
  readonly beside?: string;
}

/** The text of a file; `head` are comments at its top, and those below its mapping stand at its end. */
export function writeYaml({ entries, below = [] }: YamlMapping, head: readonly string[]): string {
  const document = new Document(null, { version: '1.2', schema: 'core' });
  const contents = mapNode({ entries });
  contents.flow = false;
  for (const { key, value } of contents.items) {
    // Sections stand apart.
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
  // Values with values in them have lines of their own, and so has what has a comment.
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
    // Beside a block there is no room: the library would put it behind all of it.
    if (isMap(made) && !made.flow) made.commentBefore = commentText([beside]);
    else made.comment = commentText([beside]);
  }
  return new Document().createPair(name, made) as Pair<Scalar<string>, Node>;
}

/** A mark is put before each line; an empty line would end the comment. */
function commentText(lines: readonly string[]): string {
  return lines.map((line) => ` ${printable(line)}`).join('\n');
}

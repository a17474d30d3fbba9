/**
 * Parses YAML text into the library's document, with each comment at the node that it belongs to. The library assigns all
 * comments between two keys to the inner collection before them as soon as one of them has its indent. Here each comment
 * stays at its own indent.
 */
import { Composer, type CST, type Document, Parser } from 'yaml';

type Collection = CST.BlockMap | CST.BlockSequence;
type Item = Collection['items'][number];

/** The document of a text that `readYaml` has read without faults. */
export function composeYaml(text: string): Document {
  const tokens = [...new Parser().parse(text)];
  for (const token of tokens) {
    if (token.type !== 'document' || token.value === undefined) continue;
    token.end = [...outer(token.value, text, true), ...(token.end ?? [])];
  }
  const options = { version: '1.2', schema: 'core', uniqueKeys: false } as const;
  const [document] = new Composer(options).compose(tokens, true, text.length);
  if (document === undefined) throw new Error('a text that was read holds no document');
  return document;
}

/** Removes from a value, and returns, what follows it without belonging to it. For the root: all that ends the file. */
function outer(token: CST.Token, text: string, isRoot = false): readonly CST.SourceToken[] {
  if (token.type !== 'block-map' && token.type !== 'block-seq') return behind(token);
  const items: Item[] = token.items;
  for (let i = 0; i < items.length; i++) {
    const { value, sep = [] } = items[i] ?? {};
    const moved = value === undefined || value === null ? afterLine(sep) : outer(value, text);
    if (moved.length === 0) continue;
    const next = items[i + 1];
    if (next === undefined) items.push({ start: [...moved] });
    else next.start.unshift(...moved);
  }
  const last = items.at(-1);
  if (last === undefined || last.key !== undefined || last.value !== undefined) return [];
  const columnOf = (offset: number): number => offset - text.lastIndexOf('\n', offset) - 1;
  return cut(last.start, ({ offset }) => isRoot || columnOf(offset) < token.indent);
}

/** After a value in brackets or quotes: everything that is not on the line where it ends. */
function behind(token: CST.Token): readonly CST.SourceToken[] {
  return 'end' in token && token.end !== undefined ? afterLine(token.end) : [];
}

function afterLine(tokens: CST.SourceToken[]): readonly CST.SourceToken[] {
  const line = tokens.findIndex(({ type }) => type === 'newline');
  return line < 0 ? [] : tokens.splice(line + 1);
}

/**
 * Cuts off everything from the first comment that is meant, with the blank lines above it. Without such a comment, the
 * blank lines at the end are cut off.
 */
function cut(
  tokens: CST.SourceToken[],
  isMeant: (comment: CST.SourceToken) => boolean,
): readonly CST.SourceToken[] {
  const found = tokens.findIndex((token) => token.type === 'comment' && isMeant(token));
  let at = found < 0 ? tokens.length : found;
  while (at > 0 && tokens[at - 1]?.type !== 'comment') at--;
  // The line end of the previous comment belongs to that comment.
  if (at > 0 && tokens[at]?.type === 'newline') at++;
  return tokens.splice(at);
}

/**
 * YAML text to the library's document, comments with what they stand at. The library gives all comments between two keys to
 * the inner collection before them as soon as one of them is indented like it; here each stays at its own indent.
 */
import { Composer, type CST, type Document, Parser } from 'yaml';

type Collection = CST.BlockMap | CST.BlockSequence;
type Item = Collection['items'][number];

/** The document of a text that `readYaml` has read without a fault. */
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

/** Takes from a value what stands behind it and is not its own: of that of a file, all that stands at its end. */
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

/** Behind a value in brackets or quotes: what is not in the line in which it ends. */
function behind(token: CST.Token): readonly CST.SourceToken[] {
  return 'end' in token && token.end !== undefined ? afterLine(token.end) : [];
}

function afterLine(tokens: CST.SourceToken[]): readonly CST.SourceToken[] {
  const line = tokens.findIndex(({ type }) => type === 'newline');
  return line < 0 ? [] : tokens.splice(line + 1);
}

/** Cuts off from the first comment that is meant, with the blank lines above it; without one, the blank lines at the end. */
function cut(
  tokens: CST.SourceToken[],
  isMeant: (comment: CST.SourceToken) => boolean,
): readonly CST.SourceToken[] {
  const found = tokens.findIndex((token) => token.type === 'comment' && isMeant(token));
  let at = found < 0 ? tokens.length : found;
  while (at > 0 && tokens[at - 1]?.type !== 'comment') at--;
  // The end of the line of the comment before belongs to that.
  if (at > 0 && tokens[at]?.type === 'newline') at++;
  return tokens.splice(at);
}

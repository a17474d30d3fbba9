/**
 * gdnsd's configuration format: nested hashes, lists and texts, with `=` or `=>`, and optional commas. Comments begin with
 * "#" or ";" and go with the entry below or beside them.
 */
import type { Comment } from '../zone/yaml-comments.js';
import { type CommentFeed, feedComments } from './comment-feed.js';
import { refuse, type SourceFile } from './imported.js';

interface Placed {
  readonly file: string;
  readonly line: number;
}

export type Vscf = Placed &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'list'; readonly items: readonly Vscf[] }
    | { readonly kind: 'hash'; readonly entries: readonly VscfEntry[] }
  );

export interface VscfEntry extends Placed {
  readonly key: string;
  readonly value: Vscf;
  readonly above: readonly string[];
  readonly beside?: string;
}

/** Returns the file that an `$include` names. Undefined if there is none. */
export type Include = (name: string, from: string) => SourceFile | undefined;

export interface VscfFile {
  readonly root: Vscf;
  /** Includes whose file was not found. */
  readonly missing: readonly (Placed & { readonly name: string })[];
}

interface Token extends Placed {
  readonly text: string;
  readonly quoted: boolean;
}

const PIECE =
  /\n|[ \t\r]+|[#;][^\n]*|"(?:[^"\\]|\\[\s\S])*"|=>?|[{}[\],]|\$include\{[^}\n]*\}|[^\s[\]{},;#"=]+|[\s\S]/gy;
const MOST_DEPTH = 40;
/** More files mean an include loop. */
const MOST_FILES = 200;

/** Reads a file and those that it includes. Refuses any other format. */
export function readVscf(source: SourceFile, include: Include): VscfFile {
  const missing: (Placed & { readonly name: string })[] = [];
  let files = 0;

  function readFile(from: SourceFile, depth: number): Vscf {
    if (++files > MOST_FILES) refuse(from.file, 1, 'these files include one another without end');
    const { tokens, comments } = tokensIn(from);
    let at = 0;
    const peek = (): string | undefined => (tokens[at]?.quoted ? undefined : tokens[at]?.text);
    const here = (): Placed => ({ file: from.file, line: tokens[at]?.line ?? tokens.at(-1)?.line ?? 1 });
    const accept = (text: string): boolean => {
      if (peek() !== text) return false;
      at++;
      return true;
    };
    const included = (): Vscf | undefined => {
      const name = /^\$include\{\s*"?(.*?)"?\s*\}$/.exec(peek() ?? '')?.[1];
      if (name === undefined) return undefined;
      const place = here();
      at++;
      const found = include(name, from.file);
      if (found !== undefined) return readFile(found, depth + 1);
      missing.push({ ...place, name });
      return { ...place, kind: 'hash', entries: [] };
    };

    function value(level: number): Vscf {
      const place = here();
      if (level > MOST_DEPTH)
        return refuse(place.file, place.line, `nested deeper than ${MOST_DEPTH} levels`);
      const whole = included();
      if (whole !== undefined) return whole;
      if (accept('{')) return { ...place, kind: 'hash', entries: entries('}', level + 1) };
      if (accept('[')) {
        const items: Vscf[] = [];
        while (!accept(']')) {
          if (at >= tokens.length) return refuse(place.file, place.line, 'a "[" is not closed in this file');
          items.push(value(level + 1));
          accept(',');
        }
        return { ...place, kind: 'list', items };
      }
      return { ...place, kind: 'text', text: text() };
    }

    function text(): string {
      const { file, line } = here();
      const token = tokens[at++];
      if (token === undefined) return refuse(file, line, 'the file ends where a value should be');
      if (!token.quoted && /^(?:=>?|[{}[\],])$/.test(token.text))
        return refuse(file, line, `"${token.text}" stands where a name or a value should be`);
      return token.text;
    }

    function entries(end: string | undefined, level: number): VscfEntry[] {
      const made: VscfEntry[] = [];
      const place = here();
      while (end === undefined ? at < tokens.length : !accept(end)) {
        if (at >= tokens.length) return refuse(place.file, place.line, `a "{" is not closed in this file`);
        const whole = included();
        if (whole?.kind === 'hash') made.push(...whole.entries);
        else if (whole === undefined) made.push(entry(level));
        accept(',');
      }
      return made;
    }

    function entry(level: number): VscfEntry {
      const place = here();
      const key = text();
      if (!accept('=>') && !accept('='))
        return refuse(here().file, here().line, `expected "=>" and a value behind "${key}"`);
      const above = comments.above(place.line);
      // A comment beside an opening bracket is about the entry's name.
      const early =
        ['{', '['].includes(peek() ?? '') && tokens[at + 1]?.line !== place.line
          ? comments.beside(place.line)
          : undefined;
      const made = value(level);
      if (peek() === ',') at++;
      const last = tokens[at - 1]?.line ?? place.line;
      // If a line has several entries, the comment belongs to the last one.
      const late = tokens[at]?.line === last ? undefined : comments.beside(place.line, last);
      const beside = [early, late].filter((one) => one !== undefined).join('; ');
      return { ...place, key, value: made, above, ...(beside !== '' && { beside }) };
    }

    const isOne = ['{', '['].includes(peek() ?? '');
    const root: Vscf = isOne
      ? value(0)
      : { file: from.file, line: 1, kind: 'hash', entries: entries(undefined, 0) };
    if (at < tokens.length)
      return refuse(from.file, here().line, 'there is more behind the end of the value');
    return root;
  }

  return { root: readFile(source, 0), missing };
}

function tokensIn({ file, text }: SourceFile): {
  readonly tokens: readonly Token[];
  readonly comments: CommentFeed;
} {
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  let line = 1;
  for (const [piece] of text.matchAll(PIECE)) {
    if (/^[#;]/.test(piece)) {
      comments.push({ line, text: piece.slice(1).trim(), alone: tokens.at(-1)?.line !== line });
    } else if (piece === '"') refuse(file, line, 'a quote is not closed in this file');
    else if (piece.trim() !== '') {
      const quoted = piece.startsWith('"');
      tokens.push({
        file,
        line,
        quoted,
        text: quoted ? piece.slice(1, -1).replace(/\\([\s\S])/g, '$1') : piece,
      });
    }
    line += piece.split('\n').length - 1;
  }
  return { tokens, comments: feedComments(comments) };
}

/**
 * The value of a key. Undefined if `hash` is not a hash or lacks the key. If the key is repeated, the last value counts.
 */
export function childIn(hash: Vscf | undefined, key: string): Vscf | undefined {
  return hash?.kind === 'hash' ? hash.entries.findLast((entry) => entry.key === key)?.value : undefined;
}

/** The same as a text. */
export function textIn(hash: Vscf | undefined, key: string): string | undefined {
  const value = childIn(hash, key);
  return value?.kind === 'text' ? value.text : undefined;
}

/** A text, or the texts of a list. Undefined for anything else. */
export function textsOf(value: Vscf | undefined): readonly string[] | undefined {
  if (value?.kind === 'text') return [value.text];
  if (value?.kind !== 'list') return undefined;
  const texts = value.items.flatMap((item) => (item.kind === 'text' ? [item.text] : []));
  return texts.length === value.items.length ? texts : undefined;
}

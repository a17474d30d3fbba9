/**
 * The lines of a master file (RFC 1035 §5.1) as fields: quotes, parentheses over several lines, comments. The meaning of
 * fields is not decided here. Template marks are fields too, since many zone files are made from templates.
 */
import type { Comment } from '../zone/yaml-comments.js';
import { refuse, type SourceFile } from './imported.js';

export interface Field {
  /** Without quotes; escapes are left as they are. */
  readonly text: string;
  readonly quoted: boolean;
}

export interface MasterLine {
  readonly fields: readonly Field[];
  /** It begins with white space, so it has the owner name of the previous line. */
  readonly indented: boolean;
  readonly first: number;
  readonly last: number;
}

/** A piece of a line: white space, a comment, a quoted string, a parenthesis, a template mark, or other text. */
const PIECE =
  /[ \t\r]+|;[^\n]*|"(?:[^"\\\n]|\\[^\n])*"|[()]|\{\{(?:(?!\{\{)[^\n])*?\}\}|(?:[^\s;"()\\]|\\[^\n])+?(?=\{\{|[\s;"()]|$)|[\s\S]/gy;

/** The lines with any content, and all comments. Refuses quotes and parentheses without an end. */
export function readMasterLines({ file, text }: SourceFile): {
  readonly lines: readonly MasterLine[];
  readonly comments: readonly Comment[];
} {
  const lines: MasterLine[] = [];
  const comments: Comment[] = [];
  let fields: Field[] = [];
  let [first, indented, open] = [0, false, 0];
  text.split('\n').forEach((source, i) => {
    const line = i + 1;
    if (open === 0) [first, indented, fields] = [line, /^[ \t]/.test(source), []];
    const template = /^\s*(\{%.*%\}|\{#.*#\})\s*$/.exec(source)?.[1];
    if (template !== undefined) {
      comments.push({ line, text: template, alone: true });
      return;
    }
    let alone = true;
    for (const [piece] of source.matchAll(PIECE)) {
      if (piece.startsWith(';')) comments.push({ line, text: piece.slice(1).trim(), alone });
      else if (piece === '(') open++;
      else if (piece === ')') {
        if (open === 0) refuse(file, line, 'there is a ")" without a "(" before it');
        open--;
      } else if (piece === '"') refuse(file, line, 'a quote is not closed in its line');
      else if (piece.trim() !== '') fields.push(fieldOf(piece));
      if (piece.trim() !== '') alone = false;
    }
    if (open === 0 && fields.length > 0) lines.push({ fields, indented, first, last: line });
  });
  if (open > 0) refuse(file, first, 'a "(" is not closed in this file');
  return { lines, comments };
}

function fieldOf(piece: string): Field {
  const quoted = piece.length > 1 && piece.startsWith('"');
  return { text: quoted ? piece.slice(1, -1) : piece, quoted };
}

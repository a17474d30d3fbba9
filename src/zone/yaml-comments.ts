/**
 * The comments of a YAML text. Programs ignore them, but people need them.
 */
import { CST, Lexer } from 'yaml';

export interface Comment {
  /** Counts from 1. */
  readonly line: number;
  /** Without the mark and the space behind it. */
  readonly text: string;
  /** Nothing else is in its line. */
  readonly alone: boolean;
}

/** All comments in order. `readYaml` must have read the text before. */
export function commentsIn(text: string): readonly Comment[] {
  const comments: Comment[] = [];
  let line = 1;
  let alone = true;
  for (const lexeme of new Lexer().lex(text)) {
    const type = CST.tokenType(lexeme);
    if (type === 'comment') comments.push({ line, text: lexeme.replace(/^# ?/, '').trimEnd(), alone });
    const ends = lexeme.split('\n').length - 1;
    line += ends;
    if (ends > 0) alone = true;
    // The lexer's own marks are control characters, which take no room in the text.
    else if (type !== 'space' && lexeme > '\x1f') alone = false;
  }
  return comments;
}

/**
 * What the body of an answer has to contain: a text, or a pattern between slashes. A pattern is read here once, so that
 * one that is wrong is an error of the file and not of every probe. It is an operator's and the body a mirror's, and there
 * are pairs of these that keep a backtracking matcher busy for years: so patterns are RE2's, whose matching takes a time in
 * proportion to the body.
 */
import { createRequire } from 'node:module';
import type { Contents } from './http-probe-keys.js';
import type { TextFault } from './text-fault.js';

const MAX_LENGTH = 1000;
const require = createRequire(import.meta.url);

export type Pattern = Extract<Contents, { pattern: string }>;

/** `text`, or `/pattern/flags` with flags of i, m, s and u. */
export function readContents(text: string): Contents | TextFault {
  if (text === '') return { fault: '"contains" is empty: every body contains that; leave it out' };
  if (text.length > MAX_LENGTH) return { fault: `"contains" is longer than ${MAX_LENGTH} characters` };
  const [, pattern, flags = ''] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? [];
  if (pattern === undefined) return { text };
  if (!/^[imsu]*$/.test(flags)) return { fault: `"${text}": the flags of a pattern are i, m, s and u` };
  try {
    compilePattern({ pattern, flags });
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'wrong';
    return { fault: `"${text}" ${isJavaScript(pattern) ? UNSUPPORTED : 'is not a pattern'}: ${why}` };
  }
  return { pattern, flags };
}

const UNSUPPORTED =
  'has something that keeps matching from ending in time: write it without look-ahead, look-behind and references back, and with no count above 1000';

/** Says whether a text matches. Throws where the pattern is none. */
export function compilePattern({ pattern, flags }: Pattern): (text: string) => boolean {
  // The translation would take it for a "k".
  if (/(?<!\\)(?:\\\\)*\\k</.test(pattern)) throw new Error('invalid escape sequence: `\\k<`');
  // Only now, since few zones have a pattern, and its tables are a megabyte in each thread that reads zones.
  const { RE2JS }: typeof import('re2js') = require('re2js');
  const known = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL };
  const chosen = Object.entries(known).reduce(
    (sum, [flag, bit]) => (flags.includes(flag) ? sum | bit : sum),
    0,
  );
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern), chosen);
  return (text) => compiled.test(text);
}

function isJavaScript(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}

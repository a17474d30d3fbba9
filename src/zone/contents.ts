/**
 * What the body of a response must contain: a text, or a pattern between slashes. Patterns are compiled here once, so that
 * a wrong one is a fault of the file and not a failure of every probe. The pattern is the operator's and the body the
 * mirror's, and some pairs would keep a backtracking matcher busy for years. So patterns are RE2's, whose matching time is
 * proportional to the body.
 */
import { createRequire } from 'node:module';
import type { Contents } from './http-probe-keys.js';
import type { TextFault } from './text-fault.js';

const MAX_LENGTH = 1000;
const require = createRequire(import.meta.url);

export type Pattern = Extract<Contents, { pattern: string }>;

/** `text`, or `/pattern/flags` with the flags i, m, s and u. */
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

/** Returns a function that tells whether a text matches. Throws if the pattern is invalid. */
export function compilePattern({ pattern, flags }: Pattern): (text: string) => boolean {
  // The translation would read it as a "k".
  if (/(?<!\\)(?:\\\\)*\\k</.test(pattern)) throw new Error('invalid escape sequence: `\\k<`');
  // Loaded only when needed: few zones have a pattern, and its tables take a megabyte in each thread that reads zones.
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

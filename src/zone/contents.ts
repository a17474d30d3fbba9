/**
 * What the body of an answer has to contain: a text, or a pattern between slashes. A pattern is read here once, so that
 * one that is wrong is an error of the file and not of every probe.
 */
import type { Contents } from './model.js';
import type { TextFault } from './text-fault.js';

const MAX_LENGTH = 1000;

/** `text`, or `/pattern/flags` with flags of i, m, s and u. */
export function readContents(text: string): Contents | TextFault {
  if (text === '') return { fault: '"contains" is empty: every body contains that; leave it out' };
  if (text.length > MAX_LENGTH) return { fault: `"contains" is longer than ${MAX_LENGTH} characters` };
  const [, pattern, flags = ''] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? [];
  if (pattern === undefined) return { text };
  if (!/^[imsu]*$/.test(flags)) return { fault: `"${text}": the flags of a pattern are i, m, s and u` };
  try {
    new RegExp(pattern, flags);
  } catch (error) {
    return { fault: `"${text}" is not a pattern: ${error instanceof Error ? error.message : 'wrong'}` };
  }
  return { pattern, flags };
}

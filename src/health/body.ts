/**
 * Whether a body contains what it must. A pattern is an operator's and the body a mirror's, and there are pairs of these
 * that keep a backtracking matcher busy for years: so the body is bounded, and so is the time.
 */
import { createContext, Script } from 'node:vm';
import type { Contents } from '../zone/model.js';
import type { Body } from './body-collector.js';
import type { Complaint } from './probe-error.js';

/** Of wall time, so that a busy moment of this process must fit into it too. */
const PATTERN_MS = 100;

/** What is wrong with a body, undefined for nothing. */
export function missingFrom({ octets, whole }: Body, contains: Contents): Complaint | undefined {
  const wanted = wantedText(contains);
  if (octets.length === 0) return { error: `the body is empty, expected ${wanted} in it` };
  const found = matches(octets, contains);
  if (found === 'too slow') {
    // This process may have stood still meanwhile.
    return { error: `${wanted} takes too long to match on this body: write a simpler one`, fault: 'unclear' };
  }
  if (found) return undefined;
  return {
    error: whole
      ? `the body does not contain ${wanted}`
      : `the first 64 KiB of the body do not contain ${wanted}`,
  };
}

/** How the wanted contents are written. */
export function wantedText(contains: Contents): string {
  return 'text' in contains ? JSON.stringify(contains.text) : `/${contains.pattern}/${contains.flags}`;
}

function matches(body: Buffer, contains: Contents): boolean | 'too slow' {
  if ('text' in contains) return body.includes(contains.text);
  const context = createContext({
    pattern: contains.pattern,
    flags: contains.flags,
    text: body.toString('utf8'),
  });
  try {
    return (
      new Script('new RegExp(pattern, flags).test(text)').runInContext(context, { timeout: PATTERN_MS }) ===
      true
    );
  } catch (error) {
    // It comes from the other context, whose Error is not ours.
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'too slow';
    throw error;
  }
}

/**
 * Checks that a body contains the text or pattern that the probe requires.
 */
import type { Contents } from '../zone/http-probe-keys.js';
import type { CollectedBody } from './body-collector.js';
import type { MatchPattern } from './pattern-matcher.js';
import type { ProbeFailure } from './probe-error.js';

/** What is wrong with the body; undefined if nothing is. */
export async function missingFrom(
  { octets, whole }: CollectedBody,
  contains: Contents,
  match: MatchPattern,
  signal: AbortSignal,
): Promise<ProbeFailure | undefined> {
  const wanted = wantedText(contains);
  if (octets.length === 0) return { error: `the body is empty, expected ${wanted} in it` };
  const found = 'text' in contains ? octets.includes(contains.text) : await match(octets, contains, signal);
  if (typeof found === 'object') return found;
  if (found) return undefined;
  return {
    error: whole
      ? `the body does not contain ${wanted}`
      : `the first 64 KiB of the body do not contain ${wanted}`,
  };
}

/** The required text or pattern, as shown in messages. */
export function wantedText(contains: Contents): string {
  return 'text' in contains ? JSON.stringify(contains.text) : `/${contains.pattern}/${contains.flags}`;
}

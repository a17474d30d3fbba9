/**
 * The log messages about probes and verdicts, kept apart from the timers that lead to them.
 */

import type { Log } from '../platform/log.js';
import { rfc3339 } from '../platform/time.js';
import type { Verdict } from '../platform/types.js';
import { type Check, describeTarget, type Target } from '../probe/target.js';
import type { CheckState } from './hysteresis.js';

/** A verdict turned; `state` is the new one. */
export function sayVerdict(log: Log, target: Target, { verdict, cause }: CheckState, before: Verdict): void {
  const fields = { event: 'verdict-changed', ...describeTarget(target), from: before, to: verdict };
  const name = nameOf(target);
  if (verdict === 'down') log.warn({ ...fields, cause }, `${name} is down: ${cause}`);
  else log.info(fields, `${name} is ${verdict}`);
}

/** A probe that took `took` milliseconds does not count, since this process stalled during it. */
export function sayStalled(log: Log, check: Check, took: number): void {
  log.warn(
    { event: 'probe-stall-discarded', ...describeTarget(check), took_ms: Math.round(took) },
    'a probe had no answer while this process itself stood still: thrown away, asked again',
  );
}

/** A probe could not be made, through no fault of the mirror. */
export function sayUnmade(log: Log, check: Check, error: string): void {
  log.warn(
    { event: 'probe-skipped', ...describeTarget(check), error },
    'a probe could not be made, and the mirror is not judged until one can',
  );
}

/** A certificate ends soon, at `ends` (milliseconds since 1970); `warning` says how soon. */
export function sayCertificate(log: Log, check: Check, ends: number, warning: string): void {
  log.warn(
    { event: 'certificate-ends-soon', ...describeTarget(check), ends: rfc3339(ends) },
    `${nameOf(check)}: ${warning}`,
  );
}

function nameOf({ mirror, address }: Pick<Target, 'mirror' | 'address'>): string {
  return `${mirror} (${address.text})`;
}

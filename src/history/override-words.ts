/**
 * An override as the history of a mirror keeps it: who gave it, why and until when. It answers a question asked a month
 * later: why was the mirror out on Tuesday?
 */

import type { Override } from '../health/overrides.js';
import { rfc3339 } from '../platform/time.js';
import type { Verdict } from '../platform/types.js';
import type { Standing } from './history-event.js';

export interface HeldOverride {
  /** The state it gives the mirror. */
  readonly state: 'down' | 'up';
  readonly reason: string;
  readonly by?: string;
  /** When it ends, in milliseconds since 1970. */
  readonly until?: number;
}

/** The parts of an override that a history keeps. */
export function heldOf({ state = 'down', reason, by, until }: Override): HeldOverride {
  return { state, reason, ...(by !== undefined && { by }), ...(until !== undefined && { until }) };
}

/** Whether both overrides say the same, or both are absent. */
export function sameOverride(a: HeldOverride | undefined, b: HeldOverride | undefined): boolean {
  return a?.state === b?.state && a?.reason === b?.reason && a?.by === b?.by && a?.until === b?.until;
}

/** The state of an address in answers. */
export function stateUnder(verdict: Verdict, override: HeldOverride | undefined): Standing {
  return override?.state === 'down' ? 'disabled' : (override?.state ?? verdict);
}

/** The cause to record when the override begins. */
export function causeOfBeginning(override: HeldOverride): string {
  const until = override.until === undefined ? '' : ` until ${rfc3339(override.until)}`;
  return `${nameOf(override)}: ${override.reason}${until}`;
}

/** The cause to record when the override ends, at `now`, in milliseconds since 1970. */
export function causeOfEnd(override: HeldOverride, now: number): string {
  const over = override.until !== undefined && override.until <= now;
  return `${nameOf(override)} ${over ? 'is over' : 'was taken back'}: ${override.reason}`;
}

function nameOf({ by }: HeldOverride): string {
  return by === undefined ? 'override' : `override by ${by}`;
}

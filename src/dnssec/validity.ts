/**
 * The validity period of signatures. It follows from the clock and the owner name alone, so all name servers use the same
 * one. Each owner name has its own time of the week for new signatures, so they are not all made at once.
 */
import { encodeName, hashName } from '../wire/names.js';

/** Seconds since 1970. */
export interface Validity {
  readonly inception: number;
  readonly expiration: number;
}

const PERIOD = 7 * 86_400;
/** Long enough for a resolver whose clock has missed the change to or from summer time. */
const BEFORE = 90 * 60;
/** From the start of a period. Signatures are renewed after half of it. */
const AFTER = 2 * PERIOD;

/** The validity of signatures at an owner name that are made at `now`, in milliseconds since 1970. */
export function validityOf(owner: string, now: number): Validity {
  const jitter = (hashName(encodeName(owner)) >>> 0) % PERIOD;
  const start = Math.floor((now / 1000 - jitter) / PERIOD) * PERIOD + jitter;
  return { inception: start - BEFORE, expiration: start + AFTER };
}

/** When new signatures replace them, in seconds since 1970. */
export function renewalOf({ expiration }: Validity): number {
  return expiration - PERIOD;
}

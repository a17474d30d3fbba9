/**
 * When signatures hold. It follows from the clock and the owner name alone, so that all name servers give the same; and each
 * owner has its own day of the week to be signed anew, so that not all are signed at once.
 */
import { encodeName, hashName } from '../wire/names.js';

/** Seconds since 1970. */
export interface Validity {
  readonly inception: number;
  readonly expiration: number;
}

const PERIOD = 7 * 86_400;
/** Long enough for a resolver whose clock has not been told of summer time. */
const BEFORE = 90 * 60;
/** From a period's start: renewed at half of it. */
const AFTER = 2 * PERIOD;

/** Of signatures at an owner name that are made at `now`, in milliseconds since 1970. */
export function validityOf(owner: string, now: number): Validity {
  const jitter = (hashName(encodeName(owner)) >>> 0) % PERIOD;
  const start = Math.floor((now / 1000 - jitter) / PERIOD) * PERIOD + jitter;
  return { inception: start - BEFORE, expiration: start + AFTER };
}

/** When others are made instead, in seconds since 1970. */
export function renewalOf({ expiration }: Validity): number {
  return expiration - PERIOD;
}

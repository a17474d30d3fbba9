/**
 * How many sets a worker may sign per second: a client that asks with all of the world's networks must not keep it from
 * everything else. It is a token bucket that holds a tenth of a second's tokens, since a burst delays other clients.
 */

export interface SignBudget {
  /** Tokens, and the monotonic time in milliseconds of that count. */
  left: number;
  at: number;
}

/** Signatures per second, a tenth of what a core can do. */
const PER_SECOND = 4000;
/** The most tokens, and the largest debt. */
export const SIGN_BURST = PER_SECOND / 10;

export function newSignBudget(): SignBudget {
  return { left: SIGN_BURST, at: 0 };
}

/** Takes a token at a monotonic time in milliseconds. Returns whether there was one. */
export function takeToken(budget: SignBudget, now: number): boolean {
  budget.left = Math.min(SIGN_BURST, budget.left + ((now - budget.at) * PER_SECOND) / 1000);
  budget.at = now;
  if (budget.left < 1) return false;
  budget.left--;
  return true;
}

/** Takes a token on credit, for a set that must be signed because no other can stand in. */
export function overdraw(budget: SignBudget): void {
  budget.left = Math.max(-SIGN_BURST, budget.left - 1);
}

/**
 * How many sets a worker may sign in a second: somebody who asks for all of the world's networks must not have it do nothing
 * else. A token bucket, which holds a tenth of a second's: what can be spent at once keeps others waiting.
 */

export interface SignBudget {
  /** Tokens, and the monotonic time in milliseconds at which there were so many. */
  left: number;
  at: number;
}

/** Signatures a second, a tenth of what a core can do. */
const PER_SECOND = 4000;
/** The most tokens, and the most that may be missing. */
export const SIGN_BURST = PER_SECOND / 10;

export function newSignBudget(): SignBudget {
  return { left: SIGN_BURST, at: 0 };
}

/** Takes a token at a monotonic time in milliseconds; gives whether there was one. */
export function takeToken(budget: SignBudget, now: number): boolean {
  budget.left = Math.min(SIGN_BURST, budget.left + ((now - budget.at) * PER_SECOND) / 1000);
  budget.at = now;
  if (budget.left < 1) return false;
  budget.left--;
  return true;
}

/** Takes a token that is not there, where nothing else would do. */
export function overdraw(budget: SignBudget): void {
  budget.left = Math.max(-SIGN_BURST, budget.left - 1);
}

/**
 * What a panic means for clients, in words.
 */
import type { PanicAction } from '../platform/types.js';

export const PANIC_EFFECTS: Readonly<Record<PanicAction, string>> = {
  answer: 'all enabled ones are answered',
  backup: 'backups alone are answered',
  servfail: 'the answer is SERVFAIL',
};

export function describePanic(action: PanicAction): string {
  return `too few mirrors are up; ${PANIC_EFFECTS[action]}`;
}

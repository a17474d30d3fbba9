/**
 * What the history of mirrors is made of: events, each of which can be written down and read again.
 */
import type { Family, Verdict } from '../facts.js';
import type { HeldOverride } from './override-words.js';

/** One address of one mirror in one pool. */
export interface Subject {
  readonly zone: string;
  /** The pool's owner name, absolute. */
  readonly pool: string;
  readonly mirror: string;
  readonly address: string;
  readonly family: Family;
}

/** From one state to another: of what probes say, or, where an override begins or ends, of what answers say. */
export interface Transition {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly from: Verdict;
  readonly to: Verdict;
  /** In words; absent where nothing is wrong. */
  readonly cause?: string;
}

/** What may happen; `at` in milliseconds since 1970. */
export type HistoryEvent =
  /** A process begins: whatever was watched was so until the last event, and nobody knows what came after. */
  | { readonly type: 'start'; readonly at: number }
  /** From now on the address is watched; this is its verdict. */
  | { readonly type: 'watch'; readonly at: number; readonly subject: Subject; readonly state: Verdict }
  | { readonly type: 'leave'; readonly at: number; readonly subject: Subject }
  | ({ readonly type: 'turn'; readonly subject: Subject } & Transition)
  /** An operator says this over its verdict from now on; without `override`, nothing any more. */
  | ({
      readonly type: 'override';
      readonly subject: Subject;
      readonly override?: HeldOverride;
    } & Required<Transition>)
  /** The verdicts of a pool's family are doubted from now on, or believed again. */
  | ({ readonly type: 'doubt'; readonly at: number; readonly on: boolean } & Doubted)
  /** Nothing happened, and the process still watches. */
  | { readonly type: 'alive'; readonly at: number };

export type Doubted = Pick<Subject, 'zone' | 'pool' | 'family'>;

export function subjectKey({ zone, pool, mirror, address }: Subject): string {
  return JSON.stringify([zone, pool, mirror, address]);
}

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
  readonly at: number;
  readonly from: Verdict;
  readonly to: Verdict;
  /** In words; absent where nothing is wrong. */
  readonly cause?: string;
}

/** What may happen; `at` in milliseconds since 1970, as the wall clock went at the start or was set last. */
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
  /** The wall clock was set, by so many milliseconds. */
  | { readonly type: 'set'; readonly at: number; readonly ms: number }
  /** Nothing happened, and the process still watches. */
  | { readonly type: 'alive'; readonly at: number };

/** An event without its time, which whoever records it knows. */
export type Happening = HistoryEvent extends infer Event
  ? Event extends HistoryEvent
    ? Omit<Event, 'at'>
    : never
  : never;

export type Doubted = Pick<Subject, 'zone' | 'pool' | 'family'>;

export function subjectKey({ zone, pool, mirror, address }: Subject): string {
  return JSON.stringify([zone, pool, mirror, address]);
}

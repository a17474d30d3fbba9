/**
 * What the history of mirrors is made of: events, each of which can be written down and read again.
 */
import type { Family, Verdict } from '../platform/types.js';
import type { HeldOverride } from './override-words.js';

/** One address of one mirror in one pool. */
export interface HistorySubject {
  readonly zone: string;
  /** The pool's owner name, absolute. */
  readonly pool: string;
  readonly mirror: string;
  readonly address: string;
  readonly family: Family;
}

/** How an address stands in answers; `disabled` by an operator, which is no verdict. */
export type Standing = Verdict | 'disabled';

/** From one state to another: of what probes say, or, where an override begins or ends, of what answers say. */
export interface Transition<State extends Standing = Standing> {
  readonly at: number;
  readonly from: State;
  readonly to: State;
  /** In words; absent where nothing is wrong. */
  readonly cause?: string;
}

/** What may happen; `at` in milliseconds since 1970, as the wall clock went at the start or was set last. */
export type HistoryEvent =
  /** A process begins: whatever was watched was so until the last event, and nobody knows what came after. */
  | { readonly type: 'start'; readonly at: number }
  /** From now on the address is watched; this is its verdict. */
  | { readonly type: 'watch'; readonly at: number; readonly subject: HistorySubject; readonly state: Verdict }
  | { readonly type: 'leave'; readonly at: number; readonly subject: HistorySubject }
  | ({ readonly type: 'turn'; readonly subject: HistorySubject } & Transition<Verdict>)
  /** An operator says this over its verdict from now on; without `override`, nothing any more. */
  | ({
      readonly type: 'override';
      readonly subject: HistorySubject;
      readonly override?: HeldOverride;
    } & Required<Transition>)
  /** It says of itself how much it wants to take, in words. */
  | {
      readonly type: 'self-weight';
      readonly at: number;
      readonly subject: HistorySubject;
      readonly cause: string;
    }
  /** The verdicts of a pool's family are suppressed from now on, or count again. */
  | ({ readonly type: 'suppressed'; readonly at: number; readonly on: boolean } & PoolFamily)
  /** The wall clock was set, by so many milliseconds. */
  | { readonly type: 'set'; readonly at: number; readonly ms: number }
  /** Nothing happened, and the process still watches. */
  | { readonly type: 'alive'; readonly at: number };

/** An event without its time, which whoever records it knows. */
export type EventToRecord = HistoryEvent extends infer Event
  ? Event extends HistoryEvent
    ? Omit<Event, 'at'>
    : never
  : never;

export type PoolFamily = Pick<HistorySubject, 'zone' | 'pool' | 'family'>;

export function subjectKey({ zone, pool, mirror, address }: HistorySubject): string {
  return JSON.stringify([zone, pool, mirror, address]);
}

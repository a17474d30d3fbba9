/**
 * The events that a history of mirrors consists of. Each can be written down and read again.
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

/** The state of an address in answers; `disabled` is set by an operator and is not a verdict. */
export type Standing = Verdict | 'disabled';

/** A change of state: of the verdict, or, when an override begins or ends, of the state in answers. */
export interface Transition<State extends Standing = Standing> {
  readonly at: number;
  readonly from: State;
  readonly to: State;
  /** In words; absent if nothing is wrong. */
  readonly cause?: string;
}

/** The events. `at` is in milliseconds since 1970, by the wall clock as it was at the start or last set. */
export type HistoryEvent =
  /** A process starts. What was watched was watched until the last event; what came after is not known. */
  | { readonly type: 'start'; readonly at: number }
  /** The address is watched from now on, with this verdict. */
  | { readonly type: 'watch'; readonly at: number; readonly subject: HistorySubject; readonly state: Verdict }
  | { readonly type: 'leave'; readonly at: number; readonly subject: HistorySubject }
  | ({ readonly type: 'turn'; readonly subject: HistorySubject } & Transition<Verdict>)
  /** An operator's override of its verdict from now on; without `override`, it has ended. */
  | ({
      readonly type: 'override';
      readonly subject: HistorySubject;
      readonly override?: HeldOverride;
    } & Required<Transition>)
  /** The mirror reports how much it wants to take, in words. */
  | {
      readonly type: 'self-weight';
      readonly at: number;
      readonly subject: HistorySubject;
      readonly cause: string;
    }
  /** The verdicts of a pool's family are suppressed from now on, or count again. */
  | ({ readonly type: 'suppressed'; readonly at: number; readonly on: boolean } & PoolFamily)
  /** The wall clock was set by `ms` milliseconds. */
  | { readonly type: 'set'; readonly at: number; readonly ms: number }
  /** Nothing happened, and the process is still watching. */
  | { readonly type: 'alive'; readonly at: number };

/** An event without its time, which the recorder adds. */
export type EventToRecord = HistoryEvent extends infer Event
  ? Event extends HistoryEvent
    ? Omit<Event, 'at'>
    : never
  : never;

export type PoolFamily = Pick<HistorySubject, 'zone' | 'pool' | 'family'>;

export function subjectKey({ zone, pool, mirror, address }: HistorySubject): string {
  return JSON.stringify([zone, pool, mirror, address]);
}

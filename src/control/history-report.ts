/**
 * The JSON answer to `history`.
 */
import type { Standing } from '../history/history-event.js';
import type { Family, Verdict } from '../platform/types.js';

/** What is remembered of the mirrors. */
export interface HistoryReport {
  /** The time of the report; RFC 3339. */
  readonly at: string;
  /** The oldest first. */
  readonly transitions: readonly TransitionReport[];
  readonly addresses: readonly AddressHistoryReport[];
  readonly mirrors: readonly StrikesReport[];
}

/** `history --json` is a list of these. */
export interface TransitionReport {
  readonly zone: string;
  readonly pool: string;
  readonly mirror: string;
  readonly address: string;
  readonly at: string;
  /** `disabled`: by an operator. */
  readonly from: Standing;
  readonly to: Standing;
  /** Why it went down (in a fleet, with the count), or the words of an override or self-weight; otherwise empty. */
  readonly cause: string;
}

export interface AddressHistoryReport {
  readonly zone: string;
  readonly pool: string;
  readonly mirror: string;
  readonly address: string;
  readonly family: Family;
  /** The last known state. */
  readonly state: Verdict;
  /** It is being probed now. */
  readonly watched: boolean;
  /** The fraction of the time that it was up, 0 to 1, by days back; null if it was not watched at all. */
  readonly availability: Readonly<Record<Days, number | null>>;
  /** The seconds that each fraction is based on: those in which it was watched. */
  readonly observed: Readonly<Record<Days, number>>;
}

export type Days = '1' | '7' | '30' | '180';

export interface StrikesReport {
  readonly zone: string;
  readonly mirror: string;
  /** Its outages of the last six months that are strikes, the oldest first. */
  readonly strikes: readonly {
    readonly from: string;
    /** Absent: it has not ended. */
    readonly to?: string;
    readonly minutes: number;
  }[];
  readonly struck_twice: boolean;
}

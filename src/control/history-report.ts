/**
 * What `history` answers, as JSON.
 */
import type { Standing } from '../history/history-event.js';
import type { Family, Verdict } from '../platform/types.js';

/** What is remembered of the mirrors. */
export interface HistoryReport {
  /** When it was so; RFC 3339. */
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
  /** Why it went down, and in a fleet what was counted; else empty. */
  readonly cause: string;
}

export interface AddressHistoryReport {
  readonly zone: string;
  readonly pool: string;
  readonly mirror: string;
  readonly address: string;
  readonly family: Family;
  /** As it was last seen. */
  readonly state: Verdict;
  /** It is probed now. */
  readonly watched: boolean;
  /** The part of the time that it was up, 0 to 1, by days back; null where nobody watched at all. */
  readonly availability: Readonly<Record<Days, number | null>>;
  /** The seconds of each time that this is of: those in which somebody watched. */
  readonly observed: Readonly<Record<Days, number>>;
}

export type Days = '1' | '7' | '30' | '180';

export interface StrikesReport {
  readonly zone: string;
  readonly mirror: string;
  /** Its outages of the last six months that count, the oldest first. */
  readonly strikes: readonly {
    readonly from: string;
    /** Absent: it still lasts. */
    readonly to?: string;
    readonly minutes: number;
  }[];
  readonly struck_twice: boolean;
}

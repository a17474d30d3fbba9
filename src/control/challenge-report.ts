/**
 * Requests and reports about challenges, as JSON: `challenge list --json`, and `status --json`.
 */
import type { MemberHearing } from './member-hearing.js';

export interface ChallengeHandlers {
  /** When it resolves, all workers serve it and it is durable. Rejects with REQUEST_REFUSED or STATE_UNUSABLE. */
  add(request: ChallengeRequest): Promise<AddedChallenge>;
  remove(request: ChallengeRemoval): Promise<RemovedChallenges>;
  list(): readonly ChallengeReport[];
}

export interface ChallengeReport {
  /** Where its TXT record is: absolute, lower case, no trailing dot. */
  readonly name: string;
  readonly token: string;
  /** RFC 3339. */
  readonly since: string;
  /** When it expires; RFC 3339. */
  readonly until: string;
  /** Who gave it, if known. Absent where everybody may read the report. */
  readonly by?: string;
  /** The member of the fleet that it was given on; absent: this one, or there is no fleet. */
  readonly member?: string;
  /** It applies to this server alone. */
  readonly local?: true;
}

export interface AddedChallenge extends ChallengeReport {
  /**
   * In a signed zone: seconds for which resolvers may cache that nothing exists, since that proof may cover this name too
   * (RFC 8198).
   */
  readonly negative_ttl?: number;
  /** Whether the other members of the fleet serve it; absent: it is for this server alone. */
  readonly members?: readonly MemberHearing<'served'>[];
}

export interface ChallengeRequest {
  readonly name: string;
  readonly token: string;
  /** Milliseconds until it expires. */
  readonly lasts: number;
  readonly by?: string;
  /** For this server alone; otherwise for its fleet, if it is in one. */
  readonly local?: boolean;
}

export interface ChallengeRemoval {
  readonly name: string;
  /** Absent: all with that name. */
  readonly token?: string;
  /** Only what applies to this server alone. */
  readonly local?: boolean;
}

export interface RemovedChallenges {
  readonly name: string;
  readonly removed: number;
}

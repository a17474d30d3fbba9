/**
 * What is asked and told of challenges, as JSON: `challenge list --json`, and `status --json`.
 */
import type { MemberHearing } from './member-hearing.js';

export interface ChallengeHandlers {
  /** All workers serve it, and it is durable, when it resolves. Rejects with REQUEST_REFUSED, or with STATE_UNUSABLE. */
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
  /** When it ends by itself; RFC 3339. */
  readonly until: string;
  /** Who gave it, where that is known. */
  readonly by?: string;
  /** The member of the fleet that it was given on; absent: here, or there is no fleet. */
  readonly member?: string;
  /** It is for this server alone. */
  readonly local?: true;
}

export interface AddedChallenge extends ChallengeReport {
  /**
   * In a signed zone: seconds for which resolvers may keep that there is nothing, since its proof may be about this name too
   * (RFC 8198).
   */
  readonly negative_ttl?: number;
  /** Whether the other members of the fleet serve it too; absent: it is for this server alone. */
  readonly members?: readonly MemberHearing<'served'>[];
}

export interface ChallengeRequest {
  readonly name: string;
  readonly token: string;
  /** Milliseconds until it ends by itself. */
  readonly lasts: number;
  readonly by?: string;
  /** For this server alone; else for its fleet, where it is in one. */
  readonly local?: boolean;
}

export interface ChallengeRemoval {
  readonly name: string;
  /** Absent: all of that name. */
  readonly token?: string;
  /** Only what is for this server alone. */
  readonly local?: boolean;
}

export interface RemovedChallenges {
  readonly name: string;
  readonly removed: number;
}

/**
 * Challenges outlive the process in `challenges.json`: whoever gave one goes to ask for its certificate then.
 */
import * as z from 'zod';
import { type StateKind, time } from '../state/state-kind.js';

export interface ChallengeName {
  readonly name: string;
  readonly token: string;
}

export interface StoredChallenge extends ChallengeName {
  /** Milliseconds since 1970, as is `until`; as whoever gave it had it. */
  readonly since: number;
  readonly until: number;
  readonly by?: string;
  /** The member of the fleet that it was given on; absent: it was given here. */
  readonly member?: string;
  /** It is for this server alone, whatever its fleet says. */
  readonly local?: true;
}

export const CHALLENGES: StateKind<StoredChallenge> = {
  name: 'challenges.json',
  version: 2,
  holds: 'challenges',
  entry: z.strictObject({
    name: z.string(),
    token: z.string(),
    since: time,
    until: time,
    by: z.string().exactOptional(),
    member: z.string().exactOptional(),
    local: z.literal(true).exactOptional(),
  }),
};

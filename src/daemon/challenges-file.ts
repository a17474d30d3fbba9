/**
 * Challenges outlive the process in `challenges.json`: the certificate is requested only after the challenge was given.
 */
import * as z from 'zod';
import { type StateKind, time } from '../state/state-kind.js';

export interface ChallengeName {
  readonly name: string;
  readonly token: string;
}

export interface StoredChallenge extends ChallengeName {
  /** Milliseconds since 1970, as is `until`; as given on the member that it came from. */
  readonly since: number;
  readonly until: number;
  readonly by?: string;
  /** The member of the fleet that it was given on; absent: this one. */
  readonly member?: string;
  /** It applies to this server alone, whatever its fleet says. */
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

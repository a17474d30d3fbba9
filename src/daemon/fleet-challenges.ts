/**
 * Challenges of a fleet: sends the other members what is given or removed here, and tells the operator which of them serve
 * it, since a certificate authority may ask any of them.
 */
import type { MemberHearing } from '../control/member-hearing.js';
import type { PassedChallenge, SharedChallenge } from '../fleet/documents.js';
import type { Clock } from '../platform/clock.js';
import { challengeKey } from './challenge-keeper.js';
import type { ChallengeName, StoredChallenge } from './challenges-file.js';
import type { FleetEntries } from './fleet-entries.js';
import { createFleetHearing } from './fleet-hearing.js';

export interface FleetChallenges {
  /**
   * Sends it to the others, and returns which of them serve it: when all that can be heard do, or after five seconds.
   * Rejects with REQUEST_REFUSED if there is no room. Undefined: what is given here is for this server alone.
   */
  readonly give: ((challenge: StoredChallenge) => Promise<MemberHearing<'served'>[]>) | undefined;
  /** Tells the others that these are removed; durable when it resolves. */
  takeBack(removed: readonly ChallengeName[]): Promise<void>;
  /** All challenges that were given, have not ended and were not removed. */
  list(): readonly SharedChallenge[];
  /** Another member is heard or falls silent. */
  changed(): void;
}

export interface FleetChallengesOptions {
  readonly self: string;
  /** Whether challenges given here are served by all members. */
  readonly isShared: boolean;
  readonly entries: FleetEntries<ChallengeName, SharedChallenge>;
  /** What the other members pass on; undefined: the member is silent. */
  readonly heard: () => ReadonlyMap<string, readonly PassedChallenge[] | undefined>;
  readonly clock: Pick<Clock, 'after' | 'now'>;
}

export function createFleetChallenges(options: FleetChallengesOptions): FleetChallenges {
  const { self, isShared, entries, heard, clock } = options;
  const hearing = createFleetHearing<ChallengeName, SharedChallenge, 'served'>({
    ...{ yes: 'served', keyOf: challengeKey, heard, clock },
  });

  return {
    give: !isShared
      ? undefined
      : async ({ name, token, since, until, by }) => {
          const said = { since, until, ...(by !== undefined && { by }) };
          await entries.say([(stamp) => ({ name, token, member: self, stamp, said })]);
          const about = entries.of({ name, token });
          return about === undefined ? [] : hearing.settled([about]);
        },
    takeBack: (removed) =>
      entries.say(
        removed.map(({ name, token }) => (stamp) => ({ name, token, member: self, stamp })),
      ),
    list: () => entries.list().filter(({ said }) => said !== undefined && said.until > clock.now()),
    changed: hearing.changed,
  };
}

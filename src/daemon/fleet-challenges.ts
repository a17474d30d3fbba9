/**
 * Challenges of a fleet: what is given or removed here is told to the other members, and who gave one hears which of them
 * serve it, since a certificate authority may ask any.
 */
import type { AddedChallenge } from '../control/challenge-report.js';
import type { PassedChallenge, SharedChallenge } from '../fleet/documents.js';
import type { Clock } from '../platform/clock.js';
import { challengeKey } from './challenge-keeper.js';
import type { ChallengeName, StoredChallenge } from './challenges-file.js';
import type { FleetEntries } from './fleet-entries.js';

export interface FleetChallenges {
  /**
   * Has the others hear of it, and gives who serves it: as soon as all do that can be heard, or after five seconds. Rejects
   * with REQUEST_REFUSED where there is no room. Undefined: what is given here is for this server alone.
   */
  readonly give:
    | ((challenge: StoredChallenge) => Promise<NonNullable<AddedChallenge['members']>>)
    | undefined;
  /** Has the others hear that these are taken back; durable when it resolves. */
  takeBack(removed: readonly ChallengeName[]): Promise<void>;
  /** All that are given, have not ended and are not taken back. */
  list(): readonly SharedChallenge[];
  /** Another member is heard, or is silent. */
  changed(): void;
}

export interface FleetChallengesOptions {
  readonly self: string;
  /** Whether what is said here holds on all. */
  readonly isShared: boolean;
  readonly entries: FleetEntries<ChallengeName, SharedChallenge>;
  /** What the other members pass on; undefined: it is silent. */
  readonly heard: () => ReadonlyMap<string, readonly PassedChallenge[] | undefined>;
  readonly clock: Pick<Clock, 'after' | 'now'>;
}

type MemberState = NonNullable<AddedChallenge['members']>[number];

/** It takes the others a second, where all is well. */
const PATIENCE_MS = 5000;

export function createFleetChallenges(options: FleetChallengesOptions): FleetChallenges {
  const { self, isShared, entries, heard, clock } = options;
  const waiting = new Set<() => void>();

  function standing(about: SharedChallenge): MemberState[] {
    return Array.from(heard(), ([member, passed]): MemberState => {
      if (passed === undefined) return { member, state: 'silent' };
      const found = passed.find((one) => challengeKey(one) === challengeKey(about));
      const isKnown = found?.stamp[0] === about.stamp[0] && found.stamp[1] === about.stamp[1];
      if (!isKnown) return { member, state: 'late' };
      return { member, state: found.withheld === true ? 'withheld' : 'served' };
    });
  }

  function settled(about: SharedChallenge): Promise<MemberState[]> {
    return new Promise((resolve) => {
      const done = (): void => {
        waiting.delete(look);
        cancel();
        resolve(standing(about));
      };
      const look = (): void => {
        if (standing(about).every(({ state }) => state !== 'late')) done();
      };
      const cancel = clock.after(PATIENCE_MS, done);
      waiting.add(look);
      look();
    });
  }

  return {
    give: !isShared
      ? undefined
      : async ({ name, token, since, until, by }) => {
          const said = { since, until, ...(by !== undefined && { by }) };
          await entries.say([(stamp) => ({ name, token, member: self, stamp, said })]);
          const about = entries.of({ name, token });
          return about === undefined ? [] : settled(about);
        },
    takeBack: (removed) =>
      entries.say(
        removed.map(({ name, token }) => (stamp) => ({ name, token, member: self, stamp })),
      ),
    list: () => entries.list().filter(({ said }) => said !== undefined && said.until > clock.now()),
    changed() {
      for (const look of [...waiting]) look();
    },
  };
}

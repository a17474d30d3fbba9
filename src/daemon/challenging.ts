/**
 * Carries out `geopool challenge`: on this server, and if it is in a fleet, on all members.
 */

import { negativeTtl } from '../compile/zones/denial.js';
import type { ChallengeHandlers, ChallengeReport } from '../control/challenge-report.js';
import { GeopoolError } from '../platform/errors.js';
import { rfc3339 } from '../platform/time.js';
import { isWithin } from '../zone/names.js';
import { type ChallengeKeeper, challengeKey, isMeant } from './challenge-keeper.js';
import type { ChallengePlaces } from './challenge-place.js';
import type { StoredChallenge } from './challenges-file.js';
import type { FleetChallenges } from './fleet-challenges.js';

export interface Challenging {
  readonly keeper: Pick<ChallengeKeeper, 'add' | 'remove' | 'list' | 'isCompiled'>;
  /** Compiles again, to serve challenges in signed zones. */
  readonly compile: () => Promise<unknown>;
  readonly places: () => ChallengePlaces;
  /** Absent: there is no fleet. */
  readonly fleet: FleetChallenges | undefined;
}

export function challengeHandlers({ keeper, places, compile, fleet }: Challenging): ChallengeHandlers {
  return {
    async add(request) {
      const give = request.local === true ? undefined : fleet?.give;
      const isLocal = fleet !== undefined && give === undefined;
      const added = await keeper.add({ ...request, local: isLocal }, places());
      if (keeper.isCompiled(added.name)) await compile();
      const negative = keeper.isCompiled(added.name) ? negativeTtlAt(added.name, places()) : undefined;
      return {
        ...reportChallenge(added),
        ...(negative !== undefined && { negative_ttl: negative }),
        ...(give !== undefined && { members: await give(added) }),
      };
    },

    async remove(request) {
      const { name } = request;
      const shared = (fleet?.list() ?? []).filter((one) => isMeant(one, request));
      const isAlone = fleet !== undefined && fleet.give === undefined;
      const own = await keeper.remove(isAlone ? { ...request, local: true } : request);
      const [first] = shared;
      if (isAlone && own.length === 0 && first !== undefined) {
        throw new GeopoolError(
          'REQUEST_REFUSED',
          `${first.name}: it was given on ${first.member} for the whole fleet: remove it there`,
        );
      }
      if (!isAlone && shared.length > 0) await fleet?.takeBack(shared);
      const removed = new Set([...own, ...(isAlone ? [] : shared)].map(challengeKey)).size;
      return { name: name.toLowerCase().replace(/\.$/, ''), removed };
    },

    list: () => keeper.list().map(reportChallenge),
  };
}

/** Seconds for which resolvers may cache that there is nothing at a name, by its innermost zone. */
function negativeTtlAt(name: string, { zones }: ChallengePlaces): number | undefined {
  const [innermost] = zones
    .map(({ zone }) => zone)
    .filter((zone) => isWithin(name, zone.name))
    .sort((a, b) => b.name.length - a.name.length);
  return innermost && negativeTtl(innermost.soa);
}

export function reportChallenge({ since, until, ...rest }: StoredChallenge): ChallengeReport {
  return { ...rest, since: rfc3339(since), until: rfc3339(until) };
}

/**
 * Adds, ends and stores challenges. Before one is acknowledged, every worker serves it and it is durable. Each expires.
 * Ends go by the steady clock, so setting the host's clock does not move them.
 */
import { type Challenges, newChallenges, replaceChallenges } from '../answer/challenges.js';
import type { ChallengeRemoval, ChallengeRequest } from '../control/challenge-report.js';
import type { Clock } from '../platform/clock.js';
import { countOf } from '../platform/count-of.js';
import { GeopoolError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { DAY_MS, rfc3339 } from '../platform/time.js';
import type { StateFiles } from '../state/state-files.js';
import { isWithin } from '../zone/names.js';
import { type ChallengePlaces, checkToken, readChallengeName } from './challenge-place.js';
import { CHALLENGES, type ChallengeName, type StoredChallenge } from './challenges-file.js';

export interface ChallengeKeeper {
  /** The challenges that workers answer from: all but those in signed zones, which are compiled with their zones. */
  readonly served: Challenges;
  /** These zones are signed from now on. */
  followSigned(zones: Iterable<string>): void;
  isCompiled(name: string): boolean;
  /** Rejects with REQUEST_REFUSED, or with STATE_UNUSABLE if it is served but could not be written. */
  add(request: ChallengeRequest, places: ChallengePlaces): Promise<StoredChallenge>;
  /** Returns those that were served. */
  remove(request: ChallengeRemoval): Promise<readonly StoredChallenge[]>;
  list(): readonly StoredChallenge[];
  of(about: ChallengeName): StoredChallenge | undefined;
  /** Serves a challenge from another member, in place of the known one; false: there is no room for it. */
  serve(challenge: StoredChallenge): boolean;
  /** It was removed on another member. */
  end(about: ChallengeName): void;
  stop(): Promise<void>;
}

interface Tools {
  readonly files: Pick<StateFiles, 'read' | 'keep'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Challenges that are compiled with their zone have changed, and no request is waiting for that. */
  readonly onCompiled?: () => void;
}

interface Challenge extends Omit<StoredChallenge, 'until'> {
  /** By the steady clock. */
  readonly end: number;
}

/** The longest time that one may last. */
const LONGEST_MS = 7 * DAY_MS;
/** The most at the same time. */
export const MOST_CHALLENGES = 256;

/** Serves the challenges of the previous process that have not ended. */
export async function openChallenges({ files, clock, log, onCompiled }: Tools): Promise<ChallengeKeeper> {
  const served = newChallenges();
  /** By name and token. */
  let held: ReadonlyMap<string, Challenge> = new Map(
    (await files.read(CHALLENGES)).map(ending).map((challenge) => [challengeKey(challenge), challenge]),
  );
  const file = files.keep(CHALLENGES, () => [...held.values()].map(stored));
  let signed: readonly string[] = [];
  let cancel = (): void => undefined;
  // If they are too many, some may be of signed zones, which are not known yet.
  follow(held);
  expire();

  function ending({ until, ...rest }: StoredChallenge): Challenge {
    // If the clock was ahead when it was given, it must not stay for years.
    return { ...rest, end: clock.steady() + Math.min(until - clock.now(), LONGEST_MS) };
  }

  function stored({ end, ...rest }: Challenge): StoredChallenge {
    return { ...rest, until: clock.wallOf(end) };
  }

  /** Makes the workers serve these; false if they are too many. */
  function follow(next: ReadonlyMap<string, Challenge>): boolean {
    const tokens = new Map<string, string[]>();
    for (const { name, token } of next.values())
      if (!isCompiled(name)) tokens.set(name, [...(tokens.get(name) ?? []), token]);
    if (next.size > MOST_CHALLENGES || !replaceChallenges(served, tokens)) return false;
    held = next;
    return true;
  }

  function isCompiled(name: string): boolean {
    return signed.some((zone) => isWithin(name, zone));
  }

  function renew(changed: readonly ChallengeName[]): void {
    if (changed.some(({ name }) => isCompiled(name))) onCompiled?.();
  }

  function followWith(challenge: Challenge): boolean {
    if (!follow(new Map([...held, [challengeKey(challenge), challenge]]))) return false;
    expire();
    return true;
  }

  function followWithout(removed: readonly ChallengeName[]): void {
    const keys = new Set(removed.map(challengeKey));
    // Removed even if the rest is still too many.
    held = new Map([...held].filter(([key]) => !keys.has(key)));
    follow(held);
    expire();
  }

  function expire(): void {
    cancel();
    const now = clock.steady();
    const ended = [...held.values()].filter(({ end }) => end <= now);
    if (ended.length > 0) {
      held = new Map([...held].filter(([, { end }]) => end > now));
      follow(held);
      file.mark();
    }
    renew(ended);
    for (const name of new Set(ended.map(({ name }) => name)))
      log.info({ event: 'challenge-ended', name }, `${name}: the time of a challenge is over`);
    const next = Math.min(...[...held.values()].map(({ end }) => end));
    cancel = next === Infinity ? () => undefined : clock.after(next - now, expire);
  }

  return {
    served,
    followSigned(zones) {
      signed = [...zones];
      if (follow(held)) return;
      log.error(
        { event: 'challenges-unserved' },
        'not all challenges outside signed zones are served: there are too many; remove some (geopool challenge list)',
      );
    },
    isCompiled,

    async add({ name: text, token, lasts, by, local = false }, places) {
      const name = readChallengeName(text, places);
      checkToken(token);
      if (!(lasts > 0))
        throw new GeopoolError('REQUEST_REFUSED', 'that time is over: give a time to come as --until');
      if (lasts > LONGEST_MS)
        throw new GeopoolError('REQUEST_REFUSED', 'a challenge lasts 7 days at most: give another --until');
      const challenge = {
        ...{ name, token, since: clock.now(), end: clock.steady() + lasts },
        ...(by !== undefined && { by }),
        ...(local && { local: true as const }),
      };
      if (!followWith(challenge)) {
        const why = `there are ${held.size} already, and no room for more`;
        throw new GeopoolError('REQUEST_REFUSED', `${why}: remove some (geopool challenge list)`);
      }
      const until = rfc3339(stored(challenge).until);
      const who = by === undefined ? '' : ` by ${by}`;
      log.info(
        { event: 'challenge-added', name, until, ...(by !== undefined && { by }) },
        `${name}: a challenge is served until ${until}, given${who}`,
      );
      await file.flush();
      return stored(challenge);
    },

    async remove(request) {
      const removed = [...held.values()].filter((one) => isMeant(one, request)).map(stored);
      const [first] = removed;
      if (first === undefined) return [];
      followWithout(removed);
      renew(removed);
      log.info(
        { event: 'challenge-removed', name: first.name, removed: removed.length },
        `${first.name}: ${countOf(removed.length, 'challenge')} removed`,
      );
      await file.flush();
      return removed;
    },

    list: () => [...held.values()].map(stored),
    of: (about) => {
      const found = held.get(challengeKey(about));
      return found && stored(found);
    },

    serve(challenge) {
      if (!followWith(ending(challenge))) return false;
      renew([challenge]);
      file.mark();
      const { name, by, member = '' } = challenge;
      const until = rfc3339(challenge.until);
      log.info(
        { event: 'challenge-added', name, until, member, ...(by !== undefined && { by }) },
        `${name}: a challenge is served until ${until}, given on ${member}${by === undefined ? '' : ` by ${by}`}`,
      );
      return true;
    },

    end(about) {
      followWithout([about]);
      renew([about]);
      file.mark();
      log.info(
        { event: 'challenge-removed', name: about.name, removed: 1 },
        `${about.name}: 1 challenge removed`,
      );
    },

    async stop() {
      cancel();
      await file.close();
    },
  };
}

/** Whether a removal request applies to this challenge. */
export function isMeant(
  one: Pick<StoredChallenge, 'name' | 'token' | 'local'>,
  { name, token, local = false }: ChallengeRemoval,
): boolean {
  return (
    one.name === name.toLowerCase().replace(/\.$/, '') &&
    (token === undefined || one.token === token) &&
    (!local || one.local === true)
  );
}

export function challengeKey({ name, token }: ChallengeName): string {
  return `${name} ${token}`;
}

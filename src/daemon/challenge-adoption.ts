/**
 * Takes over challenges that were given on other members of the fleet. If this server has no zone or no room for one, it is
 * withheld, and reported as such to the operator who gave it.
 */
import { existing, MOST_NAMES } from '../answer/challenges.js';
import type { SharedChallenge } from '../fleet/documents.js';
import { COUNTS_MS } from '../fleet/roster.js';
import type { Clock } from '../platform/clock.js';
import { describeError } from '../platform/errors.js';
import { type ChallengeKeeper, challengeKey, MOST_CHALLENGES } from './challenge-keeper.js';
import { type ChallengePlaces, checkToken, readChallengeName } from './challenge-place.js';
import type { ChallengeName } from './challenges-file.js';

/** A challenge that the others serve. */
export interface WithheldChallenge {
  readonly name: string;
  readonly member: string;
  /** Why this server does not serve it, in words. */
  readonly why: string;
}

/** The member that passed it on. */
export interface HeardFrom {
  readonly member: string;
  /** Milliseconds by which its clock is ahead of this one's. */
  readonly ahead: number;
}

export interface ChallengeAdoption {
  /** Takes over these challenges and removals, and examines the withheld ones again. */
  adopt(news: readonly SharedChallenge[], from?: HeardFrom): void;
  isWithheld(about: ChallengeName): boolean;
  withheld(): readonly WithheldChallenge[];
}

export interface ChallengeAdopting {
  readonly keeper: Pick<ChallengeKeeper, 'of' | 'list' | 'serve' | 'end'>;
  readonly places: () => ChallengePlaces;
  /** Whether the entry is still the latest word on its challenge, from here or elsewhere. */
  readonly isCurrent: (entry: SharedChallenge) => boolean;
  readonly clock: Pick<Clock, 'now' | 'steady' | 'wallOf'>;
}

interface Candidate {
  readonly entry: SharedChallenge;
  /** The member that passed it on. */
  readonly from: string;
  /** When it ends, by the steady clock. */
  readonly end: number;
}

/** The most that one member may pass on, to leave room for the rest. */
const MOST_OF_MEMBER = MOST_CHALLENGES / 2;
const MOST_NAMES_OF_MEMBER = MOST_NAMES / 2;

export function createChallengeAdoption(adopting: ChallengeAdopting): ChallengeAdoption {
  const { keeper, places, isCurrent, clock } = adopting;
  const withheld = new Map<string, Candidate & { readonly why: string }>();
  /** The member that passed on each challenge that is served. */
  const sources = new Map<string, string>();

  function candidate(entry: SharedChallenge, from: HeardFrom | undefined): Candidate {
    const { member, said } = entry;
    // What it passes on for others was stamped by other clocks, and its own data may be a minute old.
    const isItsOwn = from?.member === member && Math.abs(from.ahead) > COUNTS_MS;
    const left = (said?.until ?? 0) - clock.now() - (isItsOwn ? from.ahead : 0);
    return { entry, from: from?.member ?? member, end: clock.steady() + left };
  }

  /** Why it can't be served; undefined: it can. */
  function whyNot({ entry: { name, token }, from }: Candidate): string | undefined {
    try {
      const read = readChallengeName(name, places());
      if (read !== name) return `it is written ${read}`;
      checkToken(token);
    } catch (error) {
      return describeError(error);
    }
    const names = keeper
      .list()
      .filter((one) => sources.get(challengeKey(one)) === from)
      .map((one) => one.name);
    if (names.length < MOST_OF_MEMBER && existing([...names, name]).size <= MOST_NAMES_OF_MEMBER)
      return undefined;
    return `${from} has passed on as many as this server takes of one member`;
  }

  function adoptOne(one: Candidate): void {
    const { name, token, member, said } = one.entry;
    const before = keeper.of(one.entry);
    if (before?.local === true) return;
    if (said === undefined || one.end <= clock.steady()) {
      if (before !== undefined) keeper.end(one.entry);
      return;
    }
    if (before?.since === said.since && before.by === said.by) return;
    const why = whyNot(one);
    const challenge = { name, token, ...said, until: clock.wallOf(one.end), member };
    const key = challengeKey(one.entry);
    if (why === undefined && keeper.serve(challenge)) sources.set(key, one.from);
    else withheld.set(key, { ...one, why: why ?? 'there is no room for more' });
  }

  return {
    adopt(news, from) {
      const candidates = new Map(
        [...withheld.values(), ...news.map((entry) => candidate(entry, from))].map((one) => [
          challengeKey(one.entry),
          one,
        ]),
      );
      withheld.clear();
      const served = new Set(keeper.list().map(challengeKey));
      for (const key of sources.keys()) if (!served.has(key)) sources.delete(key);
      for (const one of candidates.values()) if (isCurrent(one.entry)) adoptOne(one);
    },
    isWithheld: (about) => withheld.has(challengeKey(about)),
    withheld: () =>
      Array.from(withheld.values(), ({ entry: { name, member }, why }) => ({ name, member, why })),
  };
}

/**
 * What an override would do to the pools of its mirrors, and the state of mirrors in words. An operator who disables the
 * last mirror of a pool at three in the morning should know that before it is out.
 */

import { PANIC_EFFECTS } from '../report/describe-panic.js';
import { FACT, type FactCounts, isAnswered, modeOf } from '../select/health-view.js';
import { type MirrorName, nameOf } from './mirror-name.js';
import type { HealthSnapshot, TargetIndex } from './target-index.js';
import { poolStandings } from './target-index.js';

/** The facts of each address of a pool, and how many addresses have which; see FACT. */
export interface AddressFacts {
  readonly facts: ArrayLike<number>;
  readonly counts: FactCounts;
}

/** The pools that would have no address left, or come into panic, if these mirrors were disabled; one line of text each. */
export function disablingEffects(
  mirrors: readonly MirrorName[],
  { world, placesOfMirror }: TargetIndex,
  factsOf: (pool: number) => AddressFacts,
): readonly string[] {
  const byPool = new Map<number, Set<number>>();
  for (const { pool, address } of mirrors.flatMap((mirror) => placesOfMirror.get(nameOf(mirror)) ?? [])) {
    byPool.set(pool, (byPool.get(pool) ?? new Set()).add(address));
  }
  return [...byPool].flatMap(([number, addresses]) => {
    const pool = world.pools[number];
    if (pool === undefined || pool.chosenFrom !== undefined) return [];
    const { facts, counts } = factsOf(number);
    const after = counts.slice();
    for (const address of addresses) {
      const own = facts[address] ?? 0;
      const disabled = own & ~FACT.ENABLED;
      after[own] = (after[own] ?? 0) - 1;
      after[disabled] = (after[disabled] ?? 0) + 1;
    }
    const name = `${pool.owner} (${pool.family})`;
    if (!isAnswered(after)) {
      return isAnswered(counts) ? [`${name} would have no address left, and clients would get none`] : [];
    }
    const isPanic = modeOf(after, pool.panicThreshold).panic && !modeOf(counts, pool.panicThreshold).panic;
    return isPanic
      ? [`${name} would be in panic: too few of the others are up, and ${PANIC_EFFECTS[pool.panic]} then`]
      : [];
  });
}

export interface StandingOptions {
  readonly index: TargetIndex;
  /** By the wall clock, as is `now`. */
  readonly snapshot: HealthSnapshot;
  readonly now: number;
}

/** The state of a mirror in words: `up`, or the state of each of its addresses. */
export function describeStanding(mirror: MirrorName, { index, snapshot, now }: StandingOptions): string {
  const said = poolsOf([mirror], index).flatMap((number) => {
    const standings = poolStandings(index, number, snapshot, now);
    const { members = [], zone = '' } = index.world.pools[number] ?? {};
    const addresses = members.flatMap(({ mirror: name, addresses }) =>
      addresses.map(({ text }) => ({ name, text })),
    );
    return addresses.flatMap(({ name, text }, i) => {
      if (nameOf({ zone, mirror: name }) !== nameOf(mirror)) return [];
      const { verdict = 'unknown' } = snapshot.states.get(index.keys[number]?.[i] ?? '')?.state ?? {};
      const plain = verdict === 'unknown' ? 'not probed yet, which counts as up' : verdict;
      const { standing = plain, notes = [] } = standings[i] ?? {};
      return `${text} is ${[standing, ...notes].join(', ')}`;
    });
  });
  if (said.length === 0) return whyOut(mirror, index);
  return [...new Set(said)].join('; ');
}

/** Why no pool can answer with any address of a mirror, whatever probes and operators say. */
function whyOut({ zone: name, mirror }: MirrorName, { world }: TargetIndex): string {
  const zone = world.zones.map(({ zone }) => zone).find((zone) => zone.name === name);
  if (zone?.mirrors.find((each) => each.name === mirror)?.weight === 0)
    return `its weight is 0, which keeps it out of all answers: change that in ${zone.file} and reload`;
  return 'it is in no answer, for no pool has an address of it';
}

/** The numbers of the pools that contain some of the mirrors. */
function poolsOf(mirrors: readonly MirrorName[], { placesOfMirror }: TargetIndex): readonly number[] {
  const numbers = mirrors
    .flatMap((mirror) => placesOfMirror.get(nameOf(mirror)) ?? [])
    .map(({ pool }) => pool);
  return [...new Set(numbers)];
}

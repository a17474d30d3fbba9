/**
 * How the addresses of a pool stand, from what probes and operators say of each. Pure: one address at a time, so that a
 * verdict costs no more than the address that it is of; or all of a pool at once.
 */
import { ttlFor, untilChange } from '../health/until-change.js';
import { type Availability, availability, FACT, factsOf } from '../select/health-view.js';
import { GROWN, growthAfter, nextStepIn } from '../select/slow-start.js';
import type { HealthSnapshot, TargetIndex } from './target-index.js';

export interface AddressStanding {
  /** See FACT. */
  readonly facts: number;
  /** Its step of slow start. */
  readonly growth: number;
  /** Milliseconds until it takes the next; undefined where it is grown. */
  readonly nextStep?: number;
  /** What its weight and cap are multiplied by, by its own say, and in all; above 0, at most 1. */
  readonly own: number;
  readonly factor: number;
  /** Seconds that an answer it bears on may be kept. */
  readonly lifetime: number;
}

/**
 * How an address of a pool stands, both by number. One that nobody watches any more, since another world is about to be
 * served, stays as it was by the facts `before`.
 */
export function addressStanding(
  { world, keys, members }: TargetIndex,
  pool: number,
  address: number,
  { states, overrides, selfWeights, shares }: HealthSnapshot,
  now: number,
  before = 0,
): AddressStanding {
  const plan = world.pools[pool];
  const member = plan?.members[members[pool]?.[address] ?? -1];
  if (plan === undefined || member === undefined)
    return { facts: 0, growth: GROWN, own: 1, factor: 1, lifetime: 0 };
  const { zone, slowStart, ttl, ttlMin } = plan;
  const key = keys[pool]?.[address] ?? '';
  const watched = states.get(key);
  const override = overrides.of(zone, member.mirror);
  const forced = override?.state === 'up';
  // Whoever is held up is answered whatever it says itself.
  const say = forced ? undefined : selfWeights?.of(key);
  const verdict = watched?.state.verdict ?? ((before & FACT.DOWN) !== 0 ? 'down' : 'unknown');
  const facts = factsOf({
    state: forced ? 'up' : verdict,
    overridden: override !== undefined && !forced,
    weight: member.weight,
    pending: !forced && (watched?.pending ?? (before & FACT.PENDING) !== 0),
    backup: member.backup,
    drained: !forced && (watched === undefined ? (before & FACT.DRAINED) !== 0 : say?.part === 0),
  });
  const own = say === undefined || say.part === 0 ? 1 : say.part;
  const since = now - (watched?.state.returned ?? -Infinity);
  const growth = slowStart === 0 ? GROWN : growthAfter(since, slowStart);
  const nextStep = growth === GROWN ? undefined : nextStepIn(since, slowStart);
  const share = plan.worldLimits === undefined ? undefined : shares?.of(plan, member.mirror);
  // Its checks are put together when they are looked at.
  const lifetime = ttlMin === ttl ? ttl : ttlFor(untilChange(watched?.checks ?? [], now), ttlMin, ttl);
  return {
    facts,
    growth,
    ...(nextStep !== undefined && { nextStep }),
    own,
    factor: own * (share?.factor ?? 1),
    lifetime,
  };
}

/** How all addresses of a pool, by number, stand, in the order of its members. */
export function poolAvailability(
  index: TargetIndex,
  pool: number,
  snapshot: HealthSnapshot,
  now: number,
): Availability {
  const { panicThreshold = 0, panic, ttl = 0 } = index.world.pools[pool] ?? {};
  const all = (index.keys[pool] ?? []).map((_, address) =>
    addressStanding(index, pool, address, snapshot, now),
  );
  const growth = all.map((each) => each.growth);
  const factors = all.map(({ factor }) => factor);
  const lifetimes = all.map(({ lifetime }) => lifetime);
  return {
    ...availability(
      all.map(({ facts }) => facts),
      panicThreshold,
      panic,
    ),
    ...(growth.some((step) => step < GROWN) && { growth }),
    ...(factors.some((factor) => factor < 1) && { factors }),
    ...(lifetimes.some((seconds) => seconds < ttl) && { lifetimes }),
  };
}

/**
 * The states of a pool's addresses, from the results of probes and the overrides of operators. Pure. It works on one
 * address, so that a change of a verdict costs no more than that, or on all of a pool.
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
  /** Milliseconds until its next step; undefined if there is none. */
  readonly nextStep?: number;
  /** The factors on its weight and cap: by its self-weight alone, and in total; above 0, at most 1. */
  readonly own: number;
  readonly factor: number;
  /** Seconds that an answer may be kept, as far as this address matters. */
  readonly lifetime: number;
}

/**
 * The state of an address in a pool, both by number. An address that is no longer watched, since another world is about
 * to be served, keeps its state by the facts `before`.
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
  // A mirror that is held up is used in answers, whatever it reports about itself.
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
  // `checks` is built on access, so it is read only if TTLs vary.
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

/** The states of all addresses of a pool, by number, in the order of its members. */
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

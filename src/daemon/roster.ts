/**
 * The roster: the mirrors of all zones with what probing and operators say of them, brought together. Pure: from a world,
 * the monitor's standings and the overrides to what is probed, how each address stands, and what status shows.
 */
import type { PoolPlan } from '../compile/pool-plan.js';
import type { World } from '../compile/world.js';
import type { MirrorReport, OverrideReport, PoolReport, ZoneReport } from '../control/mirror-report.js';
import { countOf } from '../count-of.js';
import { FAMILIES } from '../facts.js';
import type { Standing } from '../health/hysteresis.js';
import type { Override, Overrides } from '../health/overrides.js';
import type { SelfDoubt } from '../health/self-doubt.js';
import { type Target, targetKey } from '../health/target.js';
import { ttlFor, untilChange } from '../health/until-change.js';
import type { Watched } from '../health/watched.js';
import { describeOverride } from '../report/describe-override.js';
import { type AddressHealth, type Availability, availability } from '../select/health-view.js';
import { GROWN, growthAfter, nextStepIn } from '../select/slow-start.js';
import { rfc3339 } from '../time.js';
import { formatFault } from '../zone/faults.js';
import type { Mirror, Pool, Probe, Zone } from '../zone/model.js';
import { reportHealth, reportProbes } from './health-report.js';
import { targetOf, targetsOf } from './targets.js';

/** All that is known of the mirrors at one moment. */
export interface Knowledge {
  /** By `targetKey`. */
  readonly standings: Pick<ReadonlyMap<string, Watched>, 'get'>;
  readonly overrides: Pick<Overrides, 'of'>;
  /** What is known of this host's own network; absent where nobody looks. */
  readonly network?: Pick<SelfDoubt, 'frozen' | 'standings'>;
}

/** A world's addresses as the monitor knows them: what is probed, and under which key each seat's verdict is kept. */
export interface Roster {
  readonly world: World;
  readonly targets: readonly Target[];
  /** For each pool of the world, the keys of its addresses in the order of its seats. */
  readonly keys: readonly (readonly string[])[];
  /** The pools, by number, that an address is in, by its key; and those that a mirror is in, by `zone/name`. */
  readonly poolsOfKey: ReadonlyMap<string, readonly number[]>;
  readonly poolsOfMirror: ReadonlyMap<string, readonly number[]>;
}

/** The roster of a world; made once, since keys take longer to make than to look up. */
export function makeRoster(world: World): Roster {
  const targets = world.zones.flatMap(({ zone }) => targetsOf(zone));
  const known = new Map(
    targets.map(
      (target) => [`${target.zone} ${target.pool} ${target.address.text}`, targetKey(target)] as const,
    ),
  );
  const keys = world.pools.map(({ zone, owner, seats }) =>
    seats.flatMap(({ addresses }) =>
      addresses.map((address) => known.get(`${zone} ${owner} ${address.text}`) ?? ''),
    ),
  );
  return {
    world,
    targets,
    keys,
    poolsOfKey: numbersBy(keys),
    poolsOfMirror: numbersBy(
      world.pools.map(({ zone, seats }) => seats.map(({ mirror }) => `${zone}/${mirror}`)),
    ),
  };
}

/** For each text, the numbers of the lists that have it. */
function numbersBy(lists: readonly (readonly string[])[]): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  for (const [number, list] of lists.entries()) {
    for (const text of new Set(list)) {
      const known = numbers.get(text);
      if (known === undefined) numbers.set(text, [number]);
      else known.push(number);
    }
  }
  return numbers;
}

/**
 * How the addresses of a pool, by number, stand, in the order of its seats. One that nobody watches any more, since another
 * world is about to be served, stays as it was in `before`.
 */
export function poolAvailability(
  { world, keys }: Roster,
  number: number,
  { standings, overrides }: Knowledge,
  now: number,
  before?: Availability,
): Availability {
  const plan = world.pools[number];
  const own = keys[number] ?? [];
  if (plan === undefined) return { panic: false, standing: [] };
  let seat = 0;
  const addresses = plan.seats.flatMap(({ mirror, weight, addresses }) => {
    const override = overrides.of(plan.zone, mirror);
    const forced = override?.state === 'up';
    return addresses.map((): AddressHealth => {
      const address = seat++;
      const watched = standings.get(own[address] ?? '');
      const known = watched?.standing.verdict ?? (before?.standing[address] === 'down' ? 'down' : 'unknown');
      return {
        state: forced ? 'up' : known,
        overridden: override !== undefined && !forced,
        weight,
        pending: !forced && (watched?.pending ?? before?.standing[address] === 'new'),
      };
    });
  });
  return { ...availability(addresses, plan.panicThreshold), ...paceOf(plan, own, standings, now) };
}

/** How far those have grown that came back, and how soon each address may turn; absent where that is of no account. */
function paceOf(
  { slowStart, ttl, ttlMin }: PoolPlan,
  keys: readonly string[],
  standings: Knowledge['standings'],
  now: number,
): Pick<Availability, 'growth' | 'lifetimes'> {
  const growth =
    slowStart === 0
      ? []
      : keys.map((key) => growthAfter(now - (standings.get(key)?.standing.returned ?? -Infinity), slowStart));
  const lifetimes =
    ttlMin === ttl
      ? []
      : keys.map((key) => ttlFor(untilChange(standings.get(key)?.checks ?? [], now), ttlMin, ttl));
  return {
    ...(growth.some((step) => step < GROWN) && { growth }),
    ...(lifetimes.some((seconds) => seconds < ttl) && { lifetimes }),
  };
}

/** Milliseconds until one of a pool that came back takes its next step; undefined where none does. */
export function nextStep(
  { world, keys }: Roster,
  number: number,
  { standings }: Knowledge,
  now: number,
): number | undefined {
  const slowStart = world.pools[number]?.slowStart ?? 0;
  if (slowStart === 0) return undefined;
  let next: number | undefined;
  for (const key of keys[number] ?? []) {
    const { returned } = standings.get(key)?.standing ?? {};
    const step = returned === undefined ? undefined : nextStepIn(now - returned, slowStart);
    if (step !== undefined) next = Math.min(next ?? step, step);
  }
  return next;
}

/** What there is to say of how each address of a pool stands, in the order of its seats; undefined for one that is up. */
export function poolReasons(
  { world, keys }: Roster,
  number: number,
  { standings, overrides }: Knowledge,
  now: number,
): (string | undefined)[] {
  const plan = world.pools[number];
  let seat = 0;
  return (plan?.seats ?? []).flatMap(({ mirror, addresses }) => {
    const override = overrides.of(plan?.zone ?? '', mirror);
    return addresses.map(() => {
      const watched = standings.get(keys[number]?.[seat++] ?? '');
      if (override !== undefined) return describeOverride(reportOverride(override));
      if (watched?.pending === true) return 'new: waiting for its first good probe';
      if (watched === undefined) return undefined;
      return (
        describeStanding(watched.standing) ?? describeReturn(watched.standing, plan?.slowStart ?? 0, now)
      );
    });
  });
}

/** How far an address has grown since it came back; undefined for one that is grown. */
function describeReturn({ returned }: Standing, slowStart: number, now: number): string | undefined {
  if (returned === undefined) return undefined;
  const step = growthAfter(now - returned, slowStart);
  if (step === GROWN) return undefined;
  return `came back: ${countOf(step, 'tenth')} of its weight and cap while others fill the answer, all of it at ${rfc3339(returned + slowStart)}`;
}

/** Why an address is down, or is not; undefined where there is nothing to say. */
function describeStanding(standing: Standing): string | undefined {
  const { verdict, cause = 'no cause known', heldUntil, withheld, lastProbe } = standing;
  if (withheld === true) {
    return `kept as it was, though its probes fail (${lastProbe?.error ?? cause}): this host's network is doubted`;
  }
  if (verdict !== 'down') return undefined;
  return `down: ${cause}${heldUntil === undefined ? '' : `; it flaps, and is held down until ${rfc3339(heldUntil)}`}`;
}

type PoolName = Pick<PoolPlan, 'zone' | 'owner' | 'family'>;

/** Says which pool it is, over generations. Its owner name alone would not do where one zone is inside another. */
export function poolKey({ zone, owner, family }: PoolName): string {
  return `${family} ${zone} ${owner}`;
}

function keysOf(pools: readonly PoolName[]): ReadonlySet<string> {
  return new Set(pools.map(poolKey));
}

/** What status says of the zones, at `now` in milliseconds. It may rest after each mirror: there may be thousands. */
export function* reportZones(
  world: World,
  knowledge: Knowledge,
  panics: readonly Availability[],
  now: number,
): Generator<void, ZoneReport[]> {
  const panicking = keysOf(world.pools.filter((_, i) => panics[i]?.panic === true));
  const frozen = keysOf(knowledge.network?.frozen() ?? []);
  const familiesIn = (keys: ReadonlySet<string>, zone: string, owner: string) => ({
    ipv4: keys.has(poolKey({ zone, owner, family: 'ipv4' })),
    ipv6: keys.has(poolKey({ zone, owner, family: 'ipv6' })),
  });
  const zones: ZoneReport[] = [];
  for (const { zone, stale } of world.zones) {
    const pools: PoolReport[] = [];
    for (const pool of zone.pools) {
      const mirrors: MirrorReport[] = [];
      for (const { mirror: number, probes } of pool.members) {
        const mirror = zone.mirrors[number];
        if (mirror !== undefined) mirrors.push(...reportMirror(zone, pool, mirror, probes, knowledge, now));
        yield;
      }
      pools.push({
        name: pool.owner,
        panic: familiesIn(panicking, zone.name, pool.owner),
        frozen: familiesIn(frozen, zone.name, pool.owner),
        canaries: (knowledge.network?.standings(zone.name, pool.owner) ?? []).map(({ at, ...canary }) => ({
          ...canary,
          at: rfc3339(at),
        })),
        mirrors,
      });
    }
    zones.push({
      zone: zone.name,
      serial: zone.soa.serial,
      file: zone.file,
      ...(stale !== undefined && { error: stale.map(formatFault).join('\n') }),
      pools,
    });
  }
  return zones;
}

function reportOverride({ state = 'down', reason, since, until, by, file }: Override): OverrideReport {
  return {
    state,
    ...(reason !== '' && { reason }),
    since: rfc3339(since),
    ...(until !== undefined && { until: rfc3339(until) }),
    ...(by !== undefined && { by }),
    ...(file !== undefined && { file }),
  };
}

/** What the zone files of a world say over probes, as overrides that began at `now`. */
export function statedOverrides(world: World, now: number): Override[] {
  return world.zones.flatMap(({ zone }) =>
    zone.overrides.flatMap(({ mirrors, ...said }) =>
      mirrors.map((mirror) => ({ zone: zone.name, mirror, since: now, file: zone.file, ...said })),
    ),
  );
}

function reportMirror(
  zone: Zone,
  pool: Pool,
  mirror: Mirror,
  probes: readonly Probe[],
  { standings, overrides }: Knowledge,
  now: number,
): MirrorReport[] {
  const override = overrides.of(zone.name, mirror.name);
  return FAMILIES.flatMap((family) =>
    mirror.addresses
      .filter((address) => address.family === family)
      .flatMap((address) => {
        const watched = standings.get(targetKey(targetOf(zone, pool, mirror, address, probes)));
        if (watched === undefined) return [];
        return {
          name: mirror.name,
          family,
          address: address.text,
          ...reportHealth(watched.standing),
          ...notJudged(watched),
          ...returnOf(watched.standing, pool, now),
          ...(watched.standing.withheld === true && { withheld: true }),
          ...reportProbes(watched.checks, now),
          enabled: mirror.weight > 0 && (override === undefined || override.state === 'up'),
          weight: mirror.weight,
          ...(override !== undefined && { override: reportOverride(override) }),
        };
      }),
  );
}

function returnOf(
  { returned }: Standing,
  { slowStart }: Pool,
  now: number,
): Pick<MirrorReport, 'growth' | 'returned'> {
  if (returned === undefined) return {};
  const growth = growthAfter(now - returned, slowStart);
  return { returned: rfc3339(returned), ...(growth < GROWN && { growth }) };
}

function notJudged({ checks }: Watched): { not_judged?: string } {
  const unmade = checks.find((check) => check.unmade !== undefined)?.unmade;
  return unmade === undefined ? {} : { not_judged: unmade };
}

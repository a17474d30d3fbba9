/**
 * The part of the status report about zones, pools and mirrors, at one moment.
 */
import { type PoolName, poolKey } from '../answer/table.js';
import type { World } from '../compile/world.js';
import type { MirrorReport, PoolReport, ZoneReport } from '../control/mirror-report.js';
import type { CheckState } from '../health/hysteresis.js';
import type { TargetState } from '../health/watched-targets.js';
import { rfc3339 } from '../platform/time.js';
import { FAMILIES } from '../platform/types.js';
import { targetKey } from '../probe/target.js';
import { reportOverride } from '../report/describe-override.js';
import { GROWN, growthAfter } from '../select/slow-start.js';
import { formatFault } from '../zone/faults.js';
import type { Mirror, Pool, Zone } from '../zone/model.js';
import type { Probe } from '../zone/probe-forms.js';
import { reportHealth, reportProbes } from './health-report.js';
import { reportKeys } from './keys-report.js';
import type { HealthSnapshot } from './target-index.js';
import { targetOf } from './targets.js';

/** The zones at `now`, in milliseconds. Yields after each mirror for a pause: there may be thousands. */
export function* reportZones(
  world: World,
  snapshot: HealthSnapshot,
  isInPanic: (pool: number) => boolean,
  now: number,
): Generator<void, ZoneReport[]> {
  const panicking = keysOf(world.pools.filter((_, number) => isInPanic(number)));
  const frozen = keysOf(snapshot.uplink?.frozen() ?? []);
  const familiesIn = (keys: ReadonlySet<string>, zone: string, owner: string) => ({
    ipv4: keys.has(poolKey({ zone, owner, family: 'ipv4' })),
    ipv6: keys.has(poolKey({ zone, owner, family: 'ipv6' })),
  });
  const zones: ZoneReport[] = [];
  for (const loaded of world.zones) {
    const { zone, stale } = loaded;
    const keys = reportKeys(loaded, now);
    const pools: PoolReport[] = [];
    const expires = world.expires.get(zone.name);
    for (const pool of zone.pools) {
      const mirrors: MirrorReport[] = [];
      const without: string[] = [];
      for (const { mirror: number, probes } of pool.members) {
        const mirror = zone.mirrors[number];
        if (mirror !== undefined) mirrors.push(...reportMirror(zone, pool, mirror, probes, snapshot, now));
        if (mirror?.addresses.length === 0) without.push(mirror.name);
        yield;
      }
      pools.push({
        name: pool.owner,
        panic: familiesIn(panicking, zone.name, pool.owner),
        panic_action: pool.panic,
        frozen: familiesIn(frozen, zone.name, pool.owner),
        ...(pool.mayBeEmpty && { may_be_empty: true as const }),
        canaries: (snapshot.uplink?.canaryStates(zone.name, pool.owner) ?? []).map(({ at, ...canary }) => ({
          ...canary,
          at: rfc3339(at),
        })),
        mirrors,
        ...(without.length > 0 && { without_address: without }),
      });
    }
    zones.push({
      zone: zone.name,
      serial: zone.soa.serial,
      file: zone.file,
      ...(stale !== undefined && { error: stale.map(formatFault).join('\n') }),
      ...(expires !== undefined && { signed_until: rfc3339(expires * 1000) }),
      ...(keys !== undefined && { keys }),
      pools,
    });
  }
  return zones;
}

function keysOf(pools: readonly PoolName[]): ReadonlySet<string> {
  return new Set(pools.map(poolKey));
}

function reportMirror(
  zone: Zone,
  pool: Pool,
  mirror: Mirror,
  probes: readonly Probe[],
  { states, overrides, selfWeights, shares, jointOf }: HealthSnapshot,
  now: number,
): MirrorReport[] {
  const override = overrides.of(zone.name, mirror.name);
  return FAMILIES.flatMap((family) =>
    mirror.addresses
      .filter((address) => address.family === family)
      .flatMap((address) => {
        const key = targetKey(targetOf(zone, pool, mirror, address, probes));
        const watched = states.get(key);
        const say = selfWeights?.of(key);
        if (watched === undefined) return [];
        const name = { zone: zone.name, owner: pool.owner, family };
        const share = shares?.of(name, mirror.name);
        const joint = jointOf?.(watched.target);
        return {
          name: mirror.name,
          family,
          address: address.text,
          ...reportHealth(watched.state),
          ...notProbedOf(watched),
          ...returnOf(watched.state, pool, now),
          ...(say !== undefined && { self_weight: { ...say, at: rfc3339(say.at) } }),
          ...(share !== undefined && { world_share: share }),
          ...(watched.state.suppressed === true && { suppressed: true }),
          ...reportProbes(watched.checks, now),
          enabled: mirror.weight > 0 && (override === undefined || override.state === 'up'),
          weight: mirror.weight,
          ...(mirror.backup && { backup: true }),
          ...(override !== undefined && { override: reportOverride(override) }),
          ...(joint !== undefined && { fleet: joint }),
        };
      }),
  );
}

function returnOf(
  { returned }: CheckState,
  { slowStart }: Pool,
  now: number,
): Pick<MirrorReport, 'growth' | 'returned'> {
  if (returned === undefined) return {};
  const growth = growthAfter(now - returned, slowStart);
  return { returned: rfc3339(returned), ...(growth < GROWN && { growth }) };
}

function notProbedOf({ checks }: TargetState): { not_judged?: string } {
  const notProbed = checks.find((check) => check.notProbed !== undefined)?.notProbed;
  return notProbed === undefined ? {} : { not_judged: notProbed };
}

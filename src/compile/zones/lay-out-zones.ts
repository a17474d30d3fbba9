/**
 * The answers of all names of all zones in one layout. What a zone answers depends on the zones inside it, to which it
 * delegates, and on the zone that it is inside.
 */
import { poolKey } from '../../answer/table.js';
import { keyStateAt } from '../../dnssec/key-times.js';
import { FAMILIES, type Family } from '../../platform/types.js';
import type { Zone } from '../../zone/model.js';
import type { LoadedZone } from '../../zone/zone-files.js';
import type { PoolPlan } from '../pool-plan.js';
import { layOutNames, type NameLayout } from './name-table.js';
import type { ZoneSigning } from './signed-zone.js';
import { type OpenZone, openZone, prepareZone, unservedZone } from './zone-answers.js';

export interface LaidOutZones {
  readonly names: NameLayout;
  /** By name of each signed zone: when its first signature expires, in seconds since 1970. */
  readonly expires: ReadonlyMap<string, number>;
}

/**
 * The answers of all names of the zones; of `unserved` zones only the name is known. `pools` are the pools of all zones, by
 * number. `signings` are those of the signed zones, by name.
 */
export function layOutZones(
  zones: readonly Zone[],
  pools: readonly PoolPlan[],
  unserved: readonly string[] = [],
  signings: ReadonlyMap<string, ZoneSigning> = new Map(),
): LaidOutZones {
  const numbers = new Map(pools.map((pool, number) => [poolKey(pool), number]));
  const apexes = [...zones.map(({ name }) => name), ...unserved];
  const opened = zones.map((zone) => {
    const families = (owner: string): Family[] =>
      FAMILIES.filter((family) => numbers.has(poolKey({ zone: zone.name, owner, family })));
    const cuts = apexes.filter((name) => name.endsWith(`.${zone.name}`));
    return openZone(zone, families, cuts, signings.get(zone.name));
  });
  const prepared = opened.map((zone) => prepareZone(zone, outerZone(zone, opened)));
  const names = layOutNames(
    [...prepared, ...unserved.map(unservedZone)],
    (pool) => numbers.get(poolKey(pool)) ?? -1,
  );
  const expires = new Map(
    prepared.flatMap(({ zone, expires }) => (expires === undefined ? [] : [[zone, expires] as const])),
  );
  return { names, expires };
}

/** The innermost of the zones that contain a zone. */
function outerZone({ zone: name }: OpenZone, zones: readonly OpenZone[]): OpenZone | undefined {
  const outer = zones.filter(({ zone }) => name.endsWith(`.${zone}`));
  return outer.sort((a, b) => b.zone.length - a.zone.length)[0];
}

/** What the signed zones are signed with now, by name. */
export function signingsOf(
  loaded: readonly LoadedZone[],
  signing?: { readonly now: number },
): ReadonlyMap<string, ZoneSigning> {
  if (signing === undefined) return new Map();
  const { now } = signing;
  return new Map(
    loaded.flatMap(({ zone, keys }) =>
      keys === undefined ? [] : [[zone.name, { keys: keyStateAt(keys, now), now }] as const],
    ),
  );
}

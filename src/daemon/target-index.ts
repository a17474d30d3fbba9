/**
 * The targets of a world by address and mirror, and the reasons why an address is not fully up.
 */
import type { World } from '../compile/world.js';
import type { MirrorReport } from '../control/mirror-report.js';
import type { CheckState } from '../health/hysteresis.js';
import type { Override, Overrides } from '../health/overrides.js';
import type { SelfWeights } from '../health/self-weights.js';
import type { UplinkCheck } from '../health/uplink-check.js';
import type { TargetState } from '../health/watched-targets.js';
import { countOf } from '../platform/count-of.js';
import { rfc3339 } from '../platform/time.js';
import { type Target, targetKey } from '../probe/target.js';
import { jointNotes } from '../report/describe-joint.js';
import { describeOverride, reportOverride } from '../report/describe-override.js';
import { describeSelfWeight } from '../report/describe-self-weight.js';
import { describeShare } from '../report/describe-share.js';
import { GROWN, growthAfter } from '../select/slow-start.js';
import { targetsOf } from './targets.js';
import type { WorldShares } from './world-shares.js';

/** What is known of the mirrors at one moment. */
export interface HealthSnapshot {
  /** By `targetKey`. */
  readonly states: Pick<ReadonlyMap<string, TargetState>, 'get'>;
  readonly overrides: Pick<Overrides, 'of'>;
  /** What mirrors report about themselves, by `targetKey`; absent: not asked. */
  readonly selfWeights?: Pick<SelfWeights, 'of'>;
  /** How mirrors share the world; absent: not examined. */
  readonly shares?: Pick<WorldShares, 'of'>;
  /** What is known of this host's own network; absent: not examined. */
  readonly uplink?: Pick<UplinkCheck, 'frozen' | 'canaryStates'>;
  /** What each member of a fleet reports; absent: no joint verdicts. */
  readonly jointOf?: (target: Target) => MirrorReport['fleet'];
}

/** A world's addresses as the monitor knows them: what is probed, and the key under which each member's verdict is kept. */
export interface TargetIndex {
  readonly world: World;
  readonly targets: readonly Target[];
  /** For each pool of the world, the keys of its addresses in the order of its members. */
  readonly keys: readonly (readonly string[])[];
  /** For each pool of the world, the number of the member that each of its addresses belongs to, in the same order. */
  readonly members: readonly Uint32Array[];
  /** The places of the address with a key, and the places of a mirror's addresses, by `zone/name`. */
  readonly placesOfKey: ReadonlyMap<string, readonly AddressPlace[]>;
  readonly placesOfMirror: ReadonlyMap<string, readonly AddressPlace[]>;
}

/** An address of a pool, both by number. */
export interface AddressPlace {
  readonly pool: number;
  readonly address: number;
}

/** The targets of a world; made once, since making keys takes longer than looking them up. */
export function indexTargets(world: World): TargetIndex {
  const targets = world.zones.flatMap(({ zone }) => targetsOf(zone));
  const known = new Map(
    targets.map(
      (target) => [`${target.zone} ${target.pool} ${target.address.text}`, targetKey(target)] as const,
    ),
  );
  const keys = world.pools.map(({ zone, owner, chosenFrom: probedAs = owner, members }) =>
    members.flatMap(({ addresses }) =>
      addresses.map((address) => known.get(`${zone} ${probedAs} ${address.text}`) ?? ''),
    ),
  );
  const members = world.pools.map((pool) =>
    Uint32Array.from(pool.members.flatMap(({ addresses }, member) => addresses.map(() => member))),
  );
  return {
    world,
    targets,
    keys,
    members,
    placesOfKey: placesBy(keys),
    placesOfMirror: placesBy(
      world.pools.map(({ zone, members }) =>
        members.flatMap(({ mirror, addresses }) => addresses.map(() => `${zone}/${mirror}`)),
      ),
    ),
  };
}

/** For each text, its places: the list that it is in, and its index there. */
function placesBy(lists: readonly (readonly string[])[]): Map<string, AddressPlace[]> {
  const places = new Map<string, AddressPlace[]>();
  for (const [pool, list] of lists.entries()) {
    for (const [address, text] of list.entries()) {
      const known = places.get(text);
      if (known === undefined) places.set(text, [{ pool, address }]);
      else known.push({ pool, address });
    }
  }
  return places;
}

/** The reasons for the state of each address of a pool, in the order of its members; undefined if it is up. */
export function poolReasons(
  index: TargetIndex,
  number: number,
  snapshot: HealthSnapshot,
  now: number,
): (string | undefined)[] {
  return poolStandings(index, number, snapshot, now).map(({ standing, notes }) => {
    const said = [standing ?? [], notes].flat();
    return said.length === 0 ? undefined : said.join('; ');
  });
}

/** The state of an address in words, and further notes. */
export interface AddressWords {
  /** Absent: it counts as up. */
  readonly standing?: string;
  readonly notes: readonly string[];
}

/** For each address of a pool, in the order of its members. */
export function poolStandings(
  { world, keys }: TargetIndex,
  number: number,
  { states, overrides, selfWeights, shares, jointOf }: HealthSnapshot,
  now: number,
): AddressWords[] {
  const plan = world.pools[number];
  let member = 0;
  return (plan?.members ?? []).flatMap(({ mirror, addresses }) => {
    const override = overrides.of(plan?.zone ?? '', mirror);
    const share = plan?.worldLimits === undefined ? undefined : shares?.of(plan, mirror);
    const shared = share && describeShare(share);
    return addresses.map((): AddressWords => {
      const key = keys[number]?.[member++] ?? '';
      const watched = states.get(key);
      const say = selfWeights?.of(key);
      const own = say === undefined || say.part === 1 ? undefined : describeSelfWeight(say.part, say.error);
      if (override !== undefined) return { standing: describeOverride(reportOverride(override)), notes: [] };
      if (watched?.pending === true) return { standing: 'new: waiting for its first good probe', notes: [] };
      const returned = watched && describeReturn(watched.state, plan?.slowStart ?? 0, now);
      const down = watched && describeDown(watched.state);
      const suppressed = watched && describeSuppressed(watched.state);
      const joint = watched && jointOf?.(watched.target);
      const notes = [
        ...(down === undefined && suppressed === undefined ? [own, returned, shared] : [suppressed]),
        ...(watched === undefined || joint === undefined ? [] : jointNotes(joint, watched.state.verdict)),
      ].filter((text) => text !== undefined);
      return { ...(down !== undefined && { standing: down }), notes };
    });
  });
}

/** The slow start of an address since it came back; undefined once it is over. */
function describeReturn({ returned }: CheckState, slowStart: number, now: number): string | undefined {
  if (returned === undefined) return undefined;
  const step = growthAfter(now - returned, slowStart);
  if (step === GROWN) return undefined;
  return `came back: ${countOf(step, 'tenth')} of its weight and cap while others fill the answer, all of it at ${rfc3339(returned + slowStart)}`;
}

/** Why an address is not down although its probes fail; undefined if its fall was not suppressed. */
function describeSuppressed({ suppressed, lastProbe, cause }: CheckState): string | undefined {
  if (suppressed !== true) return undefined;
  const why = lastProbe?.error ?? cause ?? 'no cause known';
  return `fall suppressed, though its probes fail (${why}): this host's uplink is down`;
}

/** Why an address is down; undefined if it is not. */
function describeDown(state: CheckState): string | undefined {
  const { verdict, cause = 'no cause known', heldUntil, suppressed } = state;
  if (verdict !== 'down' || suppressed === true) return undefined;
  return `down: ${cause}${heldUntil === undefined ? '' : `; it flaps, and is held down until ${rfc3339(heldUntil)}`}`;
}

/** The overrides in the zone files of a world, beginning at `now`. */
export function statedOverrides(world: World, now: number): Override[] {
  return world.zones.flatMap(({ zone }) =>
    zone.overrides.flatMap(({ mirrors, ...said }) =>
      mirrors.map((mirror) => ({ zone: zone.name, mirror, since: now, file: zone.file, ...said })),
    ),
  );
}

/**
 * The states of addresses when the members of a fleet judge together. What this server sees is its vote, and the joint
 * verdict, if there is one, replaces it. This server casts no vote for a pool that it can't judge, because its own network
 * fails or because it sees too few addresses up.
 */
import { poolKey } from '../answer/table.js';
import type { MirrorReport } from '../control/mirror-report.js';
import type { SeenVerdict } from '../fleet/documents.js';
import type { Vote } from '../fleet/joint-verdict.js';
import type { JointVerdict, JointVerdicts } from '../fleet/joint-verdicts.js';
import type { CheckState } from '../health/hysteresis.js';
import type { Overrides } from '../health/overrides.js';
import type { UplinkCheck } from '../health/uplink-check.js';
import type { TargetState, VerdictChange } from '../health/watched-targets.js';
import type { Clock } from '../platform/clock.js';
import { rfc3339 } from '../platform/time.js';
import type { Verdict } from '../platform/types.js';
import { type Target, targetKey } from '../probe/target.js';
import { describeVotes } from '../report/describe-joint.js';
import { poolAvailability } from './pool-health.js';
import type { TargetIndex } from './target-index.js';

export interface JointStates {
  /** These are served from now on. */
  setTargets(index: TargetIndex): void;
  /** The state of an address by the fleet, by `targetKey`. */
  stateOf(key: string): TargetState | undefined;
  /** This server's view of these has changed, by `targetKey`. Returns the verdicts that turned. */
  seen(keys: Iterable<string>): readonly VerdictChange[];
  /** Pools may have been frozen or unfrozen. Returns the verdicts that turned. */
  frozen(): readonly VerdictChange[];
  /** Other members' views of these have changed, by their keys in documents. Returns the verdicts that turned. */
  heard(keys: Iterable<string>): readonly VerdictChange[];
  /** What this server publishes about the addresses that it votes on; by the wall clock. */
  published(): { readonly verdicts: readonly SeenVerdict[]; readonly abstains: readonly string[] };
  /** The keys in documents of all watched addresses. */
  addresses(): Iterable<string>;
  report(target: Target): MirrorReport['fleet'];
}

export interface JointStatesOptions {
  readonly verdicts: JointVerdicts;
  readonly clock: Clock;
  /** What this server sees, by `targetKey`. */
  readonly own: (key: string) => TargetState | undefined;
  readonly overrides: Pick<Overrides, 'of'>;
  readonly uplink: Pick<UplinkCheck, 'frozen'>;
}

const MOST_CAUSE = 500;

/** Members may probe differently, so the key of an address consists only of where it is. */
function addressKey({ zone, pool, address }: Pick<Target, 'zone' | 'pool' | 'address'>): string {
  return `${zone} ${pool} ${address.text}`;
}

export function createJointStates({
  verdicts,
  clock,
  own,
  overrides,
  uplink,
}: JointStatesOptions): JointStates {
  let index: TargetIndex | undefined;
  /** From one key to the other, and back. */
  let addressOf = new Map<string, string>();
  let keyOf = new Map<string, string>();
  /** The last reported verdict of each, by `targetKey`. */
  let told = new Map<string, Verdict>();
  /** The pools, by number, that this server does not judge at present. */
  const abstaining = new Set<number>();

  function voteOf(key: string): Vote | undefined {
    const { verdict, lastProbe } = own(key)?.state ?? {};
    // An address that is never probed gets no vote.
    return verdict === 'unknown' || lastProbe === undefined ? undefined : verdict;
  }

  function mayJudge(pool: number, frozen: ReadonlySet<string>): boolean {
    const plan = index?.world.pools[pool];
    if (index === undefined || plan === undefined || frozen.has(poolKey(plan))) return false;
    return !poolAvailability(index, pool, { states: { get: own }, overrides }, clock.steady()).panic;
  }

  /** Updates this server's votes in these pools to what it sees. Returns the keys of their addresses. */
  function vote(pools: Iterable<number>): string[] {
    const frozen = new Set(uplink.frozen().map(poolKey));
    const keys: string[] = [];
    for (const pool of pools) {
      if (index?.world.pools[pool]?.chosenFrom !== undefined) continue;
      const judges = mayJudge(pool, frozen);
      if (judges) abstaining.delete(pool);
      else abstaining.add(pool);
      for (const key of index?.keys[pool] ?? []) {
        const address = addressOf.get(key);
        if (address === undefined) continue;
        verdicts.see(address, judges ? voteOf(key) : undefined);
        keys.push(key);
      }
    }
    return keys;
  }

  function allPools(): Iterable<number> {
    return index?.world.pools.keys() ?? [];
  }

  function stateOf(key: string): TargetState | undefined {
    const watched = own(key);
    const joint = verdicts.of(addressOf.get(key) ?? '');
    if (watched === undefined || joint === undefined) return watched;
    const { target, pending, state } = watched;
    return {
      target,
      pending,
      state: jointState(state, joint),
      get checks() {
        return watched.checks;
      },
    };
  }

  function settle(keys: Iterable<string>): VerdictChange[] {
    const changes: VerdictChange[] = [];
    for (const key of new Set(keys)) {
      const address = addressOf.get(key);
      if (address === undefined) continue;
      verdicts.judge(address, clock.steady());
      const state = stateOf(key);
      if (state === undefined) continue;
      const { verdict } = state.state;
      const before = told.get(key) ?? verdict;
      told.set(key, verdict);
      if (before !== verdict) changes.push({ ...state, checks: state.checks, key, before });
    }
    return changes;
  }

  return {
    setTargets(next) {
      index = next;
      addressOf = new Map(next.targets.map((target) => [targetKey(target), addressKey(target)]));
      keyOf = new Map([...addressOf].map(([key, address]) => [address, key]));
      told = new Map([...told].filter(([key]) => addressOf.has(key)));
      abstaining.clear();
      verdicts.keep(new Set(keyOf.keys()));
      vote(allPools());
      settle(addressOf.keys());
    },
    stateOf,
    seen(keys) {
      const places = [...keys].flatMap((key) => index?.placesOfKey.get(key) ?? []);
      return settle(vote(new Set(places.map(({ pool }) => pool))));
    },
    frozen: () => settle(vote(allPools())),
    heard: (addresses) => settle([...addresses].flatMap((address) => keyOf.get(address) ?? [])),
    published: () => ({ verdicts: [...seenNow()], abstains: abstains() }),
    addresses: () => keyOf.keys(),

    report(target) {
      const address = addressKey(target);
      const joint = verdicts.of(address);
      return {
        ...(joint !== undefined && {
          verdict: joint.verdict,
          since: rfc3339(clock.wallOf(joint.since)),
        }),
        members: verdicts.members.map((member) => {
          const seen = member === verdicts.self ? votedOf(address) : verdicts.seenBy(member, address);
          if (seen === undefined) return { member };
          const { verdict: state, since, cause, probed } = seen;
          return {
            member,
            state,
            since: rfc3339(since),
            ...(cause !== undefined && { cause }),
            ...(probed !== undefined && { probed: rfc3339(probed) }),
          };
        }),
      };
    },
  };

  function* seenNow(): Generator<SeenVerdict> {
    for (const pool of allPools()) {
      const plan = index?.world.pools[pool];
      if (plan?.chosenFrom !== undefined || abstaining.has(pool)) continue;
      for (const key of index?.keys[pool] ?? []) {
        const seen = seenOf(key, addressOf.get(key) ?? '');
        if (seen !== undefined) yield seen;
      }
    }
  }

  /** What this server sees of an address, unless it abstains from its pool. */
  function votedOf(address: string): SeenVerdict | undefined {
    const key = keyOf.get(address) ?? '';
    const places = index?.placesOfKey.get(key) ?? [];
    return places.some(({ pool }) => abstaining.has(pool)) ? undefined : seenOf(key, address);
  }

  function seenOf(key: string, address: string): SeenVerdict | undefined {
    const verdict = voteOf(key);
    const state = own(key)?.state;
    if (verdict === undefined || state?.lastProbe === undefined) return undefined;
    const { cause, since, lastProbe } = state;
    return {
      key: address,
      verdict,
      since: clock.wallOf(since),
      ...(cause !== undefined && { cause: cause.slice(0, MOST_CAUSE) }),
      probed: clock.wallOf(lastProbe.at),
    };
  }

  function abstains(): string[] {
    return [...abstaining].flatMap((pool) => {
      const plan = index?.world.pools[pool];
      return plan === undefined ? [] : `${plan.family} ${plan.owner}`;
    });
  }
}

/** The state by the fleet, from what this server sees: `since` and `returned`, for slow start, are the fleet's. */
function jointState({ returned: _, ...own }: CheckState, joint: JointVerdict): CheckState {
  const { verdict, since, returned } = joint;
  const counted = describeVotes(joint, 'down');
  const back = verdict === 'up' && returned !== undefined && { returned };
  if (own.verdict === verdict) {
    const cause = verdict === 'down' && { cause: `${own.cause ?? 'no cause known'} (${counted})` };
    return { ...own, since, ...back, ...cause };
  }
  return {
    verdict,
    streak: 0,
    since,
    ...(own.lastProbe !== undefined && { lastProbe: own.lastProbe }),
    ...back,
    ...(verdict === 'down' && { cause: counted }),
  };
}

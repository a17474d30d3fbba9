/**
 * Converts a running server's report of its mirrors into the health of the mirrors in some files: an address gets its
 * reported verdict if the files have it in the same zone and pool.
 */
import type { MirrorReport } from '../control/mirror-report.js';
import type { StatusReport } from '../control/status-report.js';
import { createOverrides } from '../health/overrides.js';
import type { OwnSay } from '../health/self-weights.js';
import type { TargetState } from '../health/watched-targets.js';
import { targetKey } from '../probe/target.js';
import { type HealthSnapshot, statedOverrides, type TargetIndex } from './target-index.js';
import { createWorldShares, type NamedShare } from './world-shares.js';

/** The health of `index` according to the report; without a report, according to its files alone. */
export function reportedSnapshot(
  report: StatusReport | undefined,
  index: TargetIndex,
  now: number,
): HealthSnapshot {
  const reports = new Map<string, MirrorReport>();
  const overrides = createOverrides();
  const shares = createWorldShares();
  shares.set(sharesIn(report));
  overrides.state(statedOverrides(index.world, now), now);
  for (const { zone, pools } of report?.zones ?? []) {
    for (const { name: pool, mirrors } of pools) {
      for (const mirror of mirrors) {
        reports.set(`${zone} ${pool} ${mirror.address}`, mirror);
        // Overrides of zone files are taken from the files at hand.
        if (mirror.override === undefined || mirror.override.file !== undefined) continue;
        const { since, until, reason = '', ...said } = mirror.override;
        const end = until === undefined ? {} : { until: Date.parse(until) };
        overrides.add({ zone, mirror: mirror.name, since: Date.parse(since), reason, ...end, ...said });
      }
    }
  }
  const says = new Map<string, OwnSay>();
  const states = new Map<string, TargetState>();
  for (const target of index.targets) {
    const known = reports.get(`${target.zone} ${target.pool} ${target.address.text}`);
    if (known === undefined) continue;
    const say = target.selfWeight && known.self_weight;
    if (say !== undefined) says.set(targetKey(target), { ...say, at: Date.parse(say.at) });
    states.set(targetKey(target), {
      target,
      pending: false,
      checks: [],
      state: {
        verdict: known.state,
        streak: 0,
        since: Date.parse(known.since),
        ...(known.cause !== undefined && { cause: known.cause }),
        ...(known.returned !== undefined && { returned: Date.parse(known.returned) }),
        ...(known.held_until !== undefined && { heldUntil: Date.parse(known.held_until) }),
      },
    });
  }
  return {
    ...{ states, overrides, selfWeights: { of: (key) => says.get(key) }, shares },
    jointOf: ({ zone, pool, address }) => reports.get(`${zone} ${pool} ${address.text}`)?.fleet,
  };
}

function* sharesIn(report: StatusReport | undefined): Generator<NamedShare> {
  for (const { zone, pools } of report?.zones ?? []) {
    for (const { name: owner, mirrors } of pools) {
      for (const { name, family, world_share } of mirrors) {
        if (world_share !== undefined) yield [{ zone, owner, family }, name, world_share];
      }
    }
  }
}

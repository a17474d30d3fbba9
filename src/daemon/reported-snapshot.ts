/**
 * What a running server reports of its mirrors, turned back into what is known of the mirrors of some files: the verdict
 * of an address counts where the files have it in the same zone and pool.
 */
import type { MirrorReport } from '../control/mirror-report.js';
import type { StatusReport } from '../control/status-report.js';
import { createOverrides } from '../health/overrides.js';
import { targetKey } from '../health/target.js';
import type { Watched } from '../health/watched.js';
import { type Knowledge, type Roster, statedOverrides } from './roster.js';

/** The knowledge for `roster` that the report gives; without one, what its files say alone. */
export function reportedKnowledge(report: StatusReport | undefined, roster: Roster, now: number): Knowledge {
  const reports = new Map<string, MirrorReport>();
  const overrides = createOverrides();
  overrides.state(statedOverrides(roster.world, now), now);
  for (const { zone, pools } of report?.zones ?? []) {
    for (const { name: pool, mirrors } of pools) {
      for (const mirror of mirrors) {
        reports.set(`${zone} ${pool} ${mirror.address}`, mirror);
        // What zone files say is for the files at hand to say.
        if (mirror.override === undefined || mirror.override.file !== undefined) continue;
        const { since, until, reason = '', ...said } = mirror.override;
        const end = until === undefined ? {} : { until: Date.parse(until) };
        overrides.add({ zone, mirror: mirror.name, since: Date.parse(since), reason, ...end, ...said });
      }
    }
  }
  const standings = new Map<string, Watched>();
  for (const target of roster.targets) {
    const known = reports.get(`${target.zone} ${target.pool} ${target.address.text}`);
    if (known === undefined) continue;
    standings.set(targetKey(target), {
      target,
      pending: false,
      checks: [],
      standing: {
        verdict: known.state,
        streak: 0,
        since: Date.parse(known.since),
        ...(known.cause !== undefined && { cause: known.cause }),
        ...(known.returned !== undefined && { returned: Date.parse(known.returned) }),
        ...(known.held_until !== undefined && { heldUntil: Date.parse(known.held_until) }),
      },
    });
  }
  return { standings, overrides };
}

/**
 * What a running server reports of its mirrors, turned back into what is known of the mirrors of some files: the verdict
 * of an address counts where the files have it in the same zone and pool.
 */
import type { MirrorReport, StatusReport } from '../control/reports.js';
import type { Watched } from '../health/monitor.js';
import { createOverrides } from '../health/overrides.js';
import { targetKey } from '../health/target.js';
import type { Knowledge, Roster } from './roster.js';

/** The knowledge for `roster` that the report gives; nothing is known without one. */
export function reportedKnowledge(report: StatusReport | undefined, roster: Roster): Knowledge {
  const reports = new Map<string, MirrorReport>();
  const overrides = createOverrides();
  for (const { zone, pools } of report?.zones ?? []) {
    for (const { name: pool, mirrors } of pools) {
      for (const mirror of mirrors) {
        reports.set(`${zone} ${pool} ${mirror.address}`, mirror);
        if (mirror.override === undefined) continue;
        const { reason, since } = mirror.override;
        overrides.add({ zone, mirror: mirror.name, reason, since: Date.parse(since) });
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
      },
    });
  }
  return { standings, overrides };
}

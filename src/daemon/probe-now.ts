/**
 * A round of probes of the mirrors that were named, for the running server or from zone files alone.
 */
import type { ProbeResultReport } from '../control/action-reports.js';
import type { ProbeRun } from '../probe/probe.js';
import { probeRound } from '../probe/probe-round.js';
import type { Zone } from '../zone/model.js';
import { reportProbed } from './health-report.js';
import { findMirrors } from './mirror-name.js';
import { targetsOf } from './targets.js';

/** Probes the mirrors of that name, or all of the zones. Rejects with REQUEST_REFUSED if no mirror has it. */
export async function probeNow(
  zones: readonly Zone[],
  mirror: string | undefined,
  run: ProbeRun,
  now: () => number,
): Promise<ProbeResultReport[]> {
  const wanted = mirror === undefined ? undefined : findMirrors(zones, mirror);
  const targets = zones
    .flatMap(targetsOf)
    .filter(
      (target) =>
        wanted?.some(({ zone, mirror: name }) => zone === target.zone && name === target.mirror) ?? true,
    );
  const probed = await probeRound(targets, run);
  return probed.map((one) => reportProbed(one, now()));
}

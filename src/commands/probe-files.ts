/**
 * `probe` from zone files, done by this process.
 */

import type { ProbeResultReport } from '../control/action-reports.js';
import { probeNow } from '../daemon/probe-now.js';
import type { DaemonSettings } from '../daemon/settings.js';
import { systemClock } from '../platform/clock.js';
import { GeopoolError } from '../platform/errors.js';
import { VERSION } from '../platform/version.js';
import { createProbeRun } from '../probe/probe-run.js';
import { createResolver } from '../probe/resolve.js';
import { formatFault } from '../zone/faults.js';
import { withAddresses } from '../zone/hostnames.js';
import { parseFiles, zoneFilesIn } from '../zone/zone-files.js';
import { resolveHosts } from './resolve-hosts.js';

/** Probes the mirrors of the zone files, or those that `mirror` names, once. Rejects with ZONE_INVALID if a file is wrong. */
export async function probeFiles(
  settings: DaemonSettings,
  mirror: string | undefined,
): Promise<readonly ProbeResultReport[]> {
  const { loaded, refused } = parseFiles(zoneFilesIn(settings.zones));
  if (refused.length > 0) {
    const details = refused.flatMap(({ faults }) => faults.map(formatFault));
    throw new GeopoolError('ZONE_INVALID', 'zone files are wrong', { details });
  }
  const resolver = createResolver(settings.resolve);
  const zones = loaded.map(({ zone }) => zone);
  const hosts = await resolveHosts(zones, settings);
  const run = createProbeRun({ clock: systemClock, version: VERSION, resolver });
  return probeNow(
    zones.map((zone) => withAddresses(zone, hosts)),
    mirror,
    run,
    () => systemClock.now(),
  );
}

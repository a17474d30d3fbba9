/**
 * The status report, put together from what each room says of itself.
 */
import type { ReloadReport, StatusReport, UpdateReport } from '../control/reports.js';
import { formatEndpoint } from '../net/endpoint.js';
import type { Service } from '../net/service.js';
import type { EditionStatus } from '../update/updater.js';
import { VERSION } from '../version.js';
import { formatFault } from '../zone/faults.js';
import { type Knowledge, reportZones } from './roster.js';
import type { Serving } from './serving.js';

export interface StatusSources {
  readonly serving: Serving;
  readonly service: Service;
  readonly knowledge: Knowledge;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly stateWriteFailures: number;
  readonly updates: readonly EditionStatus[];
  readonly reloadError: string | undefined;
}

export function reportStatus(sources: StatusSources): StatusReport {
  const { serving, service, knowledge, started, stateWriteFailures, updates, reloadError } = sources;
  const { world } = serving.roster();
  return {
    version: VERSION,
    generation: service.generation(),
    transport: service.transport,
    listen: service.endpoints.map(formatEndpoint),
    started: rfc3339(started),
    worker_deaths: service.workerDeaths(),
    state_write_failures: stateWriteFailures,
    zones: reportZones(world, knowledge, serving.published()),
    refused: world.refused.map(({ file, faults }) => ({ file, error: faults.map(formatFault).join('\n') })),
    geo: world.geo,
    geo_problems: world.sources.problems,
    updates: updates.map(reportUpdate),
    ...(reloadError !== undefined && { reload_error: reloadError }),
  };
}

/** What a reload came to; every fault that there is now, in words. */
export function reportReload(
  serving: Serving,
  service: Service,
  reloadError: string | undefined,
): ReloadReport {
  const { zones, refused } = serving.roster().world;
  const faults = [...zones.flatMap(({ stale }) => stale ?? []), ...refused.flatMap((file) => file.faults)];
  return {
    generation: service.generation(),
    zones: zones.length,
    faults: [...(reloadError === undefined ? [] : [reloadError]), ...faults.map(formatFault)],
  };
}

function reportUpdate({ edition, lastCheck, lastSuccess, lastError, nextRun }: EditionStatus): UpdateReport {
  return {
    edition,
    ...(lastCheck !== undefined && { last_check: rfc3339(lastCheck) }),
    ...(lastSuccess !== undefined && { last_success: rfc3339(lastSuccess) }),
    ...(lastError !== undefined && { last_error: lastError }),
    ...(nextRun !== undefined && { next_run: rfc3339(nextRun) }),
  };
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}

/**
 * The status report, put together from what each room says of itself.
 */
import { nameOfNetwork } from '../answer/rate-limit.js';
import type { World } from '../compile/world.js';
import type { ReloadReport } from '../control/action-reports.js';
import type { CountersReport, RateLimitReport } from '../control/counters-report.js';
import type { MapsReport, UpdateReport } from '../control/geo-report.js';
import type { HostnameReport, HttpReport, StatusReport } from '../control/status-report.js';
import { inSlices } from '../in-slices.js';
import { formatEndpoint } from '../net/endpoint.js';
import type { Queue } from '../net/queue.js';
import type { Service } from '../net/service.js';
import type { LimitSums, Sums } from '../net/tallies.js';
import type { OutboxStatus } from '../notify/outbox.js';
import type { StateFiles } from '../state/state-files.js';
import { rfc3339 } from '../time.js';
import type { EditionStatus } from '../update/updater.js';
import { VERSION } from '../version.js';
import { RCODE } from '../wire/codes.js';
import { formatFault } from '../zone/faults.js';
import type { HostnameState } from './hostnames.js';
import { type Knowledge, reportZones } from './roster.js';
import type { Serving } from './serving.js';
import { asnWarnings } from './world-log.js';

export interface StatusSources {
  readonly serving: Serving;
  readonly service: Service;
  readonly knowledge: Knowledge;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly logLinesDropped: number;
  readonly state: Pick<StateFiles, 'failures' | 'problems'>;
  /** Falls that were not believed. */
  readonly withheldFalls: number;
  /** Why there is no copy of databases that serve. */
  readonly uncopied: readonly string[];
  readonly updates: readonly EditionStatus[];
  readonly notifications: readonly OutboxStatus[];
  readonly http: HttpReport;
  readonly hostnames: readonly HostnameState[];
  readonly reloadError: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export async function reportStatus(sources: StatusSources): Promise<StatusReport> {
  const { serving, service, knowledge, started, state, withheldFalls, updates, reloadError } = sources;
  const { world } = serving.roster();
  const zones = await inSlices(reportZones(world, knowledge, serving.published(), sources.now));
  // All of one report is of one world, and another one may have come meanwhile.
  if (serving.roster().world !== world) return reportStatus(sources);
  return {
    version: VERSION,
    generation: service.generation(),
    transport: service.transport,
    listen: service.endpoints.map(formatEndpoint),
    started: rfc3339(started),
    worker_deaths: service.workerDeaths(),
    silent_workers: service.silentWorkers(),
    log_lines_dropped: sources.logLinesDropped,
    state_write_failures: state.failures(),
    state_problems: state.problems(),
    withheld_falls: withheldFalls,
    zones,
    refused: world.refused.map(({ file, faults, zone }) => ({
      file,
      error: faults.map(formatFault).join('\n'),
      ...(zone !== undefined && { zone }),
    })),
    hostnames: sources.hostnames.map(reportHostname),
    geo: world.geo,
    geo_problems: world.sources.problems,
    geo_warnings: [...asnWarnings(world), ...sources.uncopied],
    maps: reportMaps(world),
    updates: updates.map(reportUpdate),
    notifications: sources.notifications.map(({ lastError, ...counts }) => ({
      ...counts,
      ...(lastError !== undefined && { last_error: lastError }),
    })),
    http: sources.http,
    ...reportQueue(service.queue()),
    counters: reportCounters(service.sums()),
    ...(reloadError !== undefined && { reload_error: reloadError }),
  };
}

function reportQueue(queue: Queue | undefined): Pick<StatusReport, 'queue'> {
  if (queue === undefined) return {};
  const { questions, seconds } = queue;
  return { queue: { questions, ...(seconds !== undefined && { seconds: Math.round(seconds * 10) / 10 }) } };
}

/** What a reload came to; every fault that there is now, in words. */
export function reportReload(
  serving: Serving,
  service: Service,
  reloadError: string | undefined,
  failed = false,
): ReloadReport {
  const { zones, refused } = serving.roster().world;
  const faults = [...zones.flatMap(({ stale }) => stale ?? []), ...refused.flatMap((file) => file.faults)];
  return {
    ...(failed && { failed: true }),
    generation: service.generation(),
    zones: zones.length,
    // A zones directory that is empty is said once, not for each zone.
    faults: [...new Set([...(reloadError === undefined ? [] : [reloadError]), ...faults.map(formatFault)])],
  };
}

const RCODE_NAMES = new Map<number, string>(Object.entries(RCODE).map(([name, number]) => [number, name]));

function reportCounters(sums: Sums): CountersReport {
  const rcodes = [...sums.rcodes.entries()].filter(([, answers]) => answers > 0);
  return {
    queries: sums.queries,
    rcodes: Object.fromEntries(
      rcodes.map(([rcode, answers]) => [RCODE_NAMES.get(rcode) ?? `RCODE${rcode}`, answers]),
    ),
    with_subnet: sums.withSubnet,
    truncated: sums.truncated,
    silent: sums.silent,
    dropped: sums.dropped,
    send_errors: sums.sendErrors,
    cookies: {
      client_only: sums.cookies.clientOnly,
      invalid: sums.cookies.invalid,
      valid: sums.cookies.valid,
    },
    rate_limited: reportLimited(sums.limited),
    tcp: reportTcp(sums.tcp),
    rows: {
      worked_out: sums.rows.workedOut,
      overwritten: sums.rows.overwritten,
      memory: sums.rows.memory,
      memory_limit: sums.rows.memoryLimit,
    },
    pools: sums.pools.map(({ name: { zone, owner, family }, answers, catchments, addresses }) => ({
      zone,
      name: owner,
      family,
      answers,
      catchments,
      addresses,
    })),
  };
}

function reportLimited({ badCookie, tried, networks, ...others }: LimitSums): RateLimitReport {
  const counted = [...networks.entries()].filter(([, queries]) => queries > 0);
  return {
    ...others,
    bad_cookie: badCookie,
    dry_run: tried,
    networks: Object.fromEntries(counted.map(([index, queries]) => [nameOfNetwork(index), queries])),
  };
}

function reportTcp({ open, opened, ended }: Sums['tcp']): CountersReport['tcp'] {
  const { 'network-crowded': network_crowded, ...others } = ended;
  return { open, opened, ended: { ...others, network_crowded } };
}

function reportMaps({ maps: { octets, memory, onGrid }, pools }: World): MapsReport {
  const grid = pools.filter(({ geography }) => onGrid[geography]).map(({ owner }) => owner);
  return { memory: octets, memory_limit: memory, grid: [...new Set(grid)] };
}

export function reportUpdate(status: EditionStatus): UpdateReport {
  const { edition, lastCheck, lastSuccess, lastError, nextRun, waiting } = status;
  return {
    edition,
    ...(lastCheck !== undefined && { last_check: rfc3339(lastCheck) }),
    ...(lastSuccess !== undefined && { last_success: rfc3339(lastSuccess) }),
    ...(lastError !== undefined && { last_error: lastError }),
    ...(nextRun !== undefined && { next_run: rfc3339(nextRun) }),
    ...(waiting !== undefined && { waiting }),
  };
}

function reportHostname({ hostname, addresses, resolvedAt, error, warnings }: HostnameState): HostnameReport {
  return {
    hostname,
    addresses: addresses.map(({ text }) => text),
    ...(resolvedAt !== undefined && { resolved: rfc3339(resolvedAt) }),
    ...(error !== undefined && { error }),
    ...(warnings.length > 0 && { warnings: warnings.map(({ text }) => text) }),
  };
}

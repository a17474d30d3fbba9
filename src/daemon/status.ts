/**
 * The status report, put together from the reports of each part.
 */
import { nameOfNetwork } from '../answer/rate-limit.js';
import type { World } from '../compile/world.js';
import type { ReloadReport } from '../control/action-reports.js';
import type { ChallengeReport } from '../control/challenge-report.js';
import type { CountersReport, RateLimitReport } from '../control/counters-report.js';
import type { FleetReport } from '../control/fleet-report.js';
import type { HeldReport, MapsReport, UpdateReport } from '../control/geo-report.js';
import type {
  ClockReport,
  HostnameReport,
  HttpReport,
  StatusReport,
  TlsReport,
  UnsignedReport,
} from '../control/status-report.js';
import { type HeldDatabase, servedAt } from '../foresight/gate.js';
import type { HostClock } from '../health/host-clock.js';
import type { OutboxStatus } from '../notify/outbox.js';
import { inSlices } from '../platform/in-slices.js';
import { rfc3339 } from '../platform/time.js';
import { VERSION } from '../platform/version.js';
import { formatEndpoint } from '../server/endpoint.js';
import type { Queue } from '../server/queue.js';
import type { Service } from '../server/service.js';
import type { LimitSums, Sums } from '../server/sums.js';
import type { StateFiles } from '../state/state-files.js';
import type { EditionStatus } from '../update/updater.js';
import { RCODE } from '../wire/codes.js';
import { formatFault } from '../zone/faults.js';
import type { HostnameState } from './hostnames.js';
import type { Serving } from './serving.js';
import type { HealthSnapshot } from './target-index.js';
import { databaseWarnings } from './world-log.js';
import { reportZones } from './zone-report.js';

export interface StatusSources {
  readonly serving: Serving;
  readonly service: Service;
  readonly health: HealthSnapshot;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly logLinesDropped: number;
  readonly state: Pick<StateFiles, 'failures' | 'problems'>;
  /** The number of suppressed falls. */
  readonly suppressedFalls: number;
  readonly hostClock: HostClock | undefined;
  /** Why databases in use have no copy. */
  readonly uncopied: readonly string[];
  readonly held: readonly HeldDatabase[];
  readonly updates: readonly EditionStatus[];
  readonly notifications: readonly OutboxStatus[];
  readonly http: HttpReport;
  readonly hostnames: readonly HostnameState[];
  readonly challenges: readonly ChallengeReport[];
  /** Zones that became unsigned too early. */
  readonly unsigned: readonly UnsignedReport[];
  readonly fleet: FleetReport | undefined;
  /** Absent: there is no TLS. */
  readonly tls: TlsReport | undefined;
  readonly reloadError: string | undefined;
  /** Config keys that wait for a restart. */
  readonly restart: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

export async function reportStatus(sources: StatusSources): Promise<StatusReport> {
  const { serving, service, health, started, state, suppressedFalls, updates, reloadError, restart } =
    sources;
  const { world } = serving.index();
  const zones = await inSlices(reportZones(world, health, serving.isInPanic, sources.now));
  // A report is about one world; another one may have been installed meanwhile.
  if (serving.index().world !== world) return reportStatus(sources);
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
    suppressed_falls: suppressedFalls,
    ...(sources.hostClock !== undefined && { clock: reportClock(sources.hostClock) }),
    zones,
    refused: world.refused.map(({ file, faults, zone }) => ({
      file,
      error: faults.map(formatFault).join('\n'),
      ...(zone !== undefined && { zone }),
    })),
    hostnames: reportHostnames(sources.hostnames, world),
    ...(sources.challenges.length > 0 && { challenges: sources.challenges }),
    ...(sources.unsigned.length > 0 && { unsigned: sources.unsigned }),
    ...(sources.fleet !== undefined && { fleet: sources.fleet }),
    geo: world.geo,
    geo_problems: world.sources.problems,
    geo_held: sources.held.map(reportHeld),
    geo_warnings: [...databaseWarnings(world), ...sources.uncopied],
    maps: reportMaps(world),
    updates: updates.map(reportUpdate),
    notifications: sources.notifications.map(({ lastError, ...counts }) => ({
      ...counts,
      ...(lastError !== undefined && { last_error: lastError }),
    })),
    http: sources.http,
    ...reportQueue(service.queue()),
    ...(sources.tls !== undefined && { tls: sources.tls }),
    counters: reportCounters(service.sums()),
    ...(reloadError !== undefined && { reload_error: reloadError }),
    ...(restart.length > 0 && { restart }),
  };
}

function reportClock({ ahead, mirrors, wrong }: HostClock): ClockReport {
  return { ahead_seconds: Math.round(ahead / 1000), mirrors, wrong };
}

function reportQueue(queue: Queue | undefined): Pick<StatusReport, 'queue'> {
  if (queue === undefined) return {};
  const { questions, seconds } = queue;
  return { queue: { questions, ...(seconds !== undefined && { seconds: Math.round(seconds * 10) / 10 }) } };
}

/** The result of a reload, with all present faults in words. */
export function reportReload(
  serving: Serving,
  service: Service,
  errors: readonly string[],
  failed = false,
): ReloadReport {
  const { zones, refused } = serving.index().world;
  const faults = [
    ...zones.flatMap(({ stale = [], keyFaults = [] }) => [...stale, ...keyFaults]),
    ...refused.flatMap((file) => file.faults),
  ];
  return {
    ...(failed && { failed: true }),
    generation: service.generation(),
    zones: zones.length,
    // An empty zones directory is reported once, not for each zone.
    faults: [...new Set([...errors, ...faults.map(formatFault)])],
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
    tls: { ...reportTcp(sums.tls), handshakes: sums.tls.handshakes },
    rows: {
      worked_out: sums.rows.workedOut,
      overwritten: sums.rows.overwritten,
      memory: sums.rows.memory,
      memory_limit: sums.rows.memoryLimit,
    },
    signed_sets: {
      signed: sums.signedSets.signed,
      known: sums.signedSets.known,
      stood_in: sums.signedSets.stoodIn,
    },
    pools: sums.pools.map(({ name: { zone, owner, family }, ...counted }) => ({
      zone,
      name: owner,
      family,
      ...counted,
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
  const grid = pools
    .filter(({ geography, chosenFrom }) => chosenFrom === undefined && onGrid[geography])
    .map(({ owner }) => owner);
  return { memory: octets, memory_limit: memory, grid: [...new Set(grid)] };
}

export function reportHeld(held: HeldDatabase): HeldReport {
  const { type, path, build_epoch, pool, moved, since, said } = held;
  const at = servedAt(held);
  return {
    type,
    path,
    build_epoch,
    pool,
    moved,
    since: rfc3339(since),
    ...(at < Infinity && { served_at: rfc3339(at) }),
    ...(said !== undefined && { said }),
  };
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

function reportHostnames(states: readonly HostnameState[], { zones }: World): HostnameReport[] {
  const owners = new Map(states.map(({ hostname }): [string, string[]] => [hostname, []]));
  for (const { zone } of zones)
    for (const { name, hostname = '' } of zone.mirrors) owners.get(hostname)?.push(`${zone.name}/${name}`);
  return states.map(({ hostname, addresses, resolvedAt, error, warnings }) => ({
    hostname,
    mirrors: owners.get(hostname) ?? [],
    addresses: addresses.map(({ text }) => text),
    ...(resolvedAt !== undefined && { resolved: rfc3339(resolvedAt) }),
    ...(error !== undefined && { error }),
    ...(warnings.length > 0 && { warnings: warnings.map(({ text }) => text) }),
  }));
}

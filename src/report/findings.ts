/**
 * What is wrong, from the status of a server. The web page, the health check, `status` and `monitor` all use this one list.
 */
import type { FleetReport } from '../control/fleet-report.js';
import type { MirrorReport, PoolReport, ZoneReport } from '../control/mirror-report.js';
import type { StatusReport, TlsReport } from '../control/status-report.js';
import { describeClock, WRONG_MS } from '../health/host-clock.js';
import { countOf } from '../platform/count-of.js';
import { DAY_MS, HOUR_MS } from '../platform/time.js';
import { FAMILIES } from '../platform/types.js';
import { formatSpan } from '../zone/durations.js';
import { ownCertificateWarnings } from './certificate-warnings.js';
import { describePanic } from './describe-panic.js';
import { describeRefused } from './describe-refused.js';
import { describeUnresolved } from './describe-unresolved.js';
import { EMPTY, emptyFamilies } from './empty-pools.js';
import { type Finding, warning } from './finding.js';
import { signingFindings, unsignedFinding } from './signing-findings.js';

/** The limits for what is too old or ends too soon, in milliseconds. */
export interface FindingLimits {
  /** How long a mirror may be down. */
  readonly downFor: number;
  readonly databaseAge: number;
  /** Undefined: each probe's `cert_warn`; and for the server's own, two weeks, or a quarter of a shorter lifetime. */
  readonly certificates?: number;
}

export const DEFAULT_LIMITS: FindingLimits = { downFor: 0, databaseAge: 30 * DAY_MS };

/** An override with less time left than this is about to end. */
const OVERRIDE_ENDS_MS = HOUR_MS;

/** The worst first; `now` in milliseconds since 1970. */
export function findingsOf(report: StatusReport, now: number, limits = DEFAULT_LIMITS): readonly Finding[] {
  const found = [
    ...workerFinding(report),
    ...clockFinding(report, now),
    ...report.refused.map(refusedFinding),
    ...(report.unsigned ?? []).map(unsignedFinding),
    ...report.zones.flatMap((zone) => [
      ...staleFinding(zone),
      ...signingFindings(zone, now),
      ...zone.pools.flatMap((pool) => [...poolFindings(pool), ...mirrorFindings(pool, now, limits)]),
      ...overrideFindings(zone, now),
    ]),
    ...databaseFindings(report, now, limits),
    ...serverFindings(report),
    ...fleetFindings(report.fleet),
    ...tlsFindings(report.tls, now, limits),
  ];
  return [
    ...found.filter(({ severity }) => severity === 'critical'),
    ...found.filter(({ severity }) => severity === 'warning'),
  ];
}

/** Whether an address is down and would otherwise be answered: it is enabled, and no override holds it up. */
export function isMissed({ state, enabled, override }: MirrorReport): boolean {
  return state === 'down' && enabled && override === undefined;
}

function workerFinding({ silent_workers: silent }: StatusReport): Finding[] {
  const text = `${countOf(silent, 'worker thread')} of the server ${silent === 1 ? 'does' : 'do'} not answer`;
  return silent === 0 ? [] : [{ severity: 'critical', kind: 'worker', text }];
}

/** What mirrors say counts first. Apart from that, a database can't be from the future. */
function clockFinding({ clock, geo }: StatusReport, now: number): Finding[] {
  if (clock?.wrong === true) {
    return [
      { severity: 'critical', kind: 'clock', text: describeClock(clock.ahead_seconds * 1000, clock.mirrors) },
    ];
  }
  const newest = Math.max(...geo.map(({ build_epoch }) => build_epoch * 1000));
  if (newest - now <= WRONG_MS) return [];
  const text = `the clock of this host is behind by ${formatSpan(newest - now)} or more, since that is when a database was made`;
  return [{ severity: 'critical', kind: 'clock', text }];
}

/** If another file has the zone, or the zone is unknown, no zone that was served is known to be missing. */
function refusedFinding({ file, zone }: StatusReport['refused'][number]): Finding {
  const text = `${file} is wrong, ${describeRefused(zone)}`;
  return zone === undefined ? warning('zone', text) : { severity: 'critical', kind: 'zone', text };
}

function staleFinding({ zone, file, error }: ZoneReport): Finding[] {
  if (error === undefined) return [];
  return [warning('zone', `${zone}: ${file} is wrong, its last good copy is served`)];
}

function poolFindings(pool: PoolReport): Finding[] {
  const { name, panic, panic_action, frozen } = pool;
  const empty = emptyFamilies(pool);
  return FAMILIES.flatMap((family): Finding[] => [
    ...(empty.includes(family)
      ? [
          {
            severity: 'critical' as const,
            kind: 'empty' as const,
            text: `EMPTY: ${name} (${family}): ${EMPTY}`,
          },
        ]
      : []),
    ...(panic[family]
      ? [
          {
            severity: 'critical' as const,
            kind: 'panic' as const,
            text: `PANIC: ${name} (${family}): ${describePanic(panic_action)}`,
          },
        ]
      : []),
    ...(frozen[family]
      ? [
          warning(
            'frozen',
            `FROZEN: ${name} (${family}): no canary answers, so it is this host's network that fails; no verdict falls`,
          ),
        ]
      : []),
  ]);
}

function mirrorFindings({ name: pool, mirrors }: PoolReport, now: number, limits: FindingLimits): Finding[] {
  return mirrors.flatMap((mirror) => {
    const { name, address, since, cause = 'no cause known' } = mirror;
    const down = now - Date.parse(since);
    const isDown = isMissed(mirror) && down >= limits.downFor;
    return [
      ...(isDown
        ? [warning('mirror', `${name} (${address}) of ${pool} is down for ${formatSpan(down)}: ${cause}`)]
        : []),
      ...certificateWarnings(mirror, now, limits).map((text) =>
        warning('certificate', `${name} (${address}) of ${pool}: ${text}`),
      ),
    ];
  });
}

function certificateWarnings({ probes, warnings = [] }: MirrorReport, now: number, limits: FindingLimits) {
  const { certificates } = limits;
  if (certificates === undefined) return warnings;
  const ends = probes.flatMap(({ last_probe }) => last_probe?.certificate_ends ?? []);
  const [first] = [...ends].sort();
  if (first === undefined) return [];
  const left = Date.parse(first) - now;
  if (left > certificates) return [];
  return [left > 0 ? `certificate ends in ${formatSpan(left)}` : 'certificate has ended'];
}

/** Per mirror, since an override applies to all its addresses in all pools. */
function overrideFindings({ zone, pools }: ZoneReport, now: number): Finding[] {
  const overridden = new Map(
    pools.flatMap(({ mirrors }) =>
      mirrors.flatMap(({ name, override }) => (override === undefined ? [] : [[name, override] as const])),
    ),
  );
  return [...overridden].flatMap(([name, { state, until }]) => {
    const what = `${zone}/${name} is ${state === 'up' ? 'held up' : 'disabled'}`;
    if (until === undefined) return [warning('override', `${what} without an end`)];
    const left = Date.parse(until) - now;
    if (left > OVERRIDE_ENDS_MS) return [];
    return [warning('override', `${what} for only ${formatSpan(left)} more`)];
  });
}

/** The embedded database is exempt: it is as old as the program. */
function databaseFindings(
  { geo, geo_problems }: StatusReport,
  now: number,
  limits: FindingLimits,
): Finding[] {
  return [
    ...geo.flatMap(({ type, source, build_epoch }) => {
      const age = now - build_epoch * 1000;
      if (source === 'embedded' || age <= limits.databaseAge) return [];
      return [warning('database', `the database ${type} is ${formatSpan(age)} old`)];
    }),
    ...geo_problems.map((problem) => warning('database', `a database is passed over: ${problem}`)),
  ];
}

function serverFindings({ hostnames, notifications, reload_error, state_problems }: StatusReport): Finding[] {
  return [
    ...(reload_error === undefined ? [] : [warning('reload', `RELOAD FAILED: ${reload_error}`)]),
    ...state_problems.map((problem) => warning('state', `STATE: ${problem}`)),
    ...notifications.flatMap(({ channel, last_error }) =>
      last_error === undefined ? [] : [warning('notify', `${channel} failing: ${last_error}`)],
    ),
    ...hostnames.flatMap((host) => {
      const why = describeUnresolved(host);
      return why === undefined ? [] : [warning('hostname', `UNRESOLVED: ${why}`)];
    }),
  ];
}

function tlsFindings(tls: TlsReport | undefined, now: number, { certificates }: FindingLimits): Finding[] {
  if (tls === undefined) return [];
  const { certificate, begins, ends, error } = tls;
  const told = [
    ...(error === undefined ? [] : [`the one before is in use: ${error}`]),
    ...ownCertificateWarnings(Date.parse(begins), Date.parse(ends), now, certificates).map(
      (text) => `${certificate} ${text}`,
    ),
  ];
  return told.map((text) => warning('tls', `TLS CERTIFICATE: ${text}`));
}

/** A silent member has no vote, and one with other files may reach other verdicts. */
function fleetFindings(fleet: FleetReport | undefined): Finding[] {
  if (fleet === undefined) return [];
  const { members, servers, held, unserved } = fleet;
  const told = [
    ...members.flatMap(({ member, heard, refused, zones_differ, databases_differ }) => [
      ...(heard ? [] : [`${member} is silent`]),
      ...(refused === undefined ? [] : [`what came in the name of ${member} is not taken: ${refused}`]),
      ...(zones_differ === true ? [`${member} has other zone files than this server`] : []),
      ...(databases_differ === true ? [`${member} has other location databases than this server`] : []),
    ]),
    ...servers.flatMap(({ server, fault }) =>
      fault === undefined ? [] : [`${server} can't be used: ${fault}`],
    ),
    ...held.map(({ zone, mirror, member }) => `${zone}/${mirror} is disabled on ${member}, and not here`),
    ...unserved.map(({ name, member }) => `the challenge at ${name} that ${member} gave is not served here`),
  ];
  return told.map((text) => warning('fleet', `FLEET: ${text}`));
}

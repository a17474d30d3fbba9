/**
 * What is not as it should be, from the status of a server: the one list that its page, its health check, `status` and
 * `monitor` all tell from.
 */
import type { MirrorReport, PoolReport, ZoneReport } from '../control/mirror-report.js';
import type { StatusReport } from '../control/status-report.js';
import { countOf } from '../count-of.js';
import { FAMILIES } from '../facts.js';
import { DAY_MS, HOUR_MS } from '../time.js';
import { formatSpan } from '../zone/durations.js';
import { describeRefused } from './describe-refused.js';

export interface Finding {
  /** `critical`: some questions are not answered as they should be. `warning`: it may come to that. */
  readonly severity: 'critical' | 'warning';
  readonly kind:
    | 'worker'
    | 'panic'
    | 'zone'
    | 'frozen'
    | 'mirror'
    | 'override'
    | 'certificate'
    | 'database'
    | 'hostname'
    | 'reload'
    | 'state'
    | 'notify';
  /** One line. */
  readonly text: string;
}

/** When something is too old, or ends too soon; in milliseconds. */
export interface Limits {
  /** A mirror may be down for so long. */
  readonly downFor: number;
  readonly databaseAge: number;
  /** Undefined: as each probe's `cert_warn` has it. */
  readonly certificates?: number;
}

export const DEFAULT_LIMITS: Limits = { downFor: 0, databaseAge: 30 * DAY_MS };

/** An override that ends sooner is about to end. */
const OVERRIDE_ENDS_MS = HOUR_MS;

/** The worst first; `now` in milliseconds since 1970. */
export function findingsOf(report: StatusReport, now: number, limits = DEFAULT_LIMITS): readonly Finding[] {
  const found = [
    ...workerFinding(report),
    ...report.refused.map(refusedFinding),
    ...report.zones.flatMap((zone) => [
      ...staleFinding(zone),
      ...zone.pools.flatMap((pool) => [...doubtFindings(pool), ...mirrorFindings(pool, now, limits)]),
      ...overrideFindings(zone, now),
    ]),
    ...databaseFindings(report, now, limits),
    ...serverFindings(report),
  ];
  return [
    ...found.filter(({ severity }) => severity === 'critical'),
    ...found.filter(({ severity }) => severity === 'warning'),
  ];
}

/** Whether an address would be answered if it were up, and is not: nobody took it out, and nobody holds it in. */
export function isMissed({ state, enabled, override }: MirrorReport): boolean {
  return state === 'down' && enabled && override === undefined;
}

function warning(kind: Finding['kind'], text: string): Finding {
  return { severity: 'warning', kind, text };
}

function workerFinding({ silent_workers: silent }: StatusReport): Finding[] {
  const text = `${countOf(silent, 'worker thread')} of the server ${silent === 1 ? 'does' : 'do'} not answer`;
  return silent === 0 ? [] : [{ severity: 'critical', kind: 'worker', text }];
}

/** Where another file has its zone, or nobody can say which it is, no zone that was served is known to be missing. */
function refusedFinding({ file, zone }: StatusReport['refused'][number]): Finding {
  const text = `${file} is wrong, ${describeRefused(zone)}`;
  return zone === undefined ? warning('zone', text) : { severity: 'critical', kind: 'zone', text };
}

function staleFinding({ zone, file, error }: ZoneReport): Finding[] {
  if (error === undefined) return [];
  return [warning('zone', `${zone}: ${file} is wrong, its last good copy is served`)];
}

function doubtFindings({ name, panic, frozen }: PoolReport): Finding[] {
  return FAMILIES.flatMap((family): Finding[] => [
    ...(panic[family]
      ? [
          {
            severity: 'critical' as const,
            kind: 'panic' as const,
            text: `PANIC: ${name} (${family}): too few mirrors are up to believe it; all enabled ones are answered`,
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

function mirrorFindings({ name: pool, mirrors }: PoolReport, now: number, limits: Limits): Finding[] {
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

function certificateWarnings({ probes, warnings = [] }: MirrorReport, now: number, limits: Limits) {
  const { certificates } = limits;
  if (certificates === undefined) return warnings;
  const ends = probes.flatMap(({ last_probe }) => last_probe?.certificate_ends ?? []);
  const [first] = [...ends].sort();
  if (first === undefined) return [];
  const left = Date.parse(first) - now;
  if (left > certificates) return [];
  return [left > 0 ? `certificate ends in ${formatSpan(left)}` : 'certificate has ended'];
}

/** Of mirrors, since an override is for all addresses in all pools. */
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

/** The embedded database is as old as the program. */
function databaseFindings({ geo, geo_problems }: StatusReport, now: number, limits: Limits): Finding[] {
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
      last_error === undefined ? [] : [warning('notify', `nobody is told by ${channel}: ${last_error}`)],
    ),
    ...hostnames.flatMap(({ error }) =>
      error === undefined ? [] : [warning('hostname', `UNRESOLVED: ${error}; its last known addresses stay`)],
    ),
  ];
}

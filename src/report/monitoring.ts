/**
 * What the monitoring plugin reports about a server, by the conventions of Nagios and Icinga: one line, a severity, and
 * numbers to draw.
 */
import type { StatusReport } from '../control/status-report.js';
import { FAMILIES } from '../platform/types.js';
import { describeKeys, isMoving } from './describe-keys.js';
import { emptyFamilies } from './empty-pools.js';
import { type FindingLimits, findingsOf, isMissed } from './findings.js';
import { alerts, type Range } from './range.js';
import { SIGNATURES_MS } from './signing-findings.js';
import { addressesIn, summaryOf } from './summary.js';

export const SEVERITIES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

/** The plugin's exit code: the index in SEVERITIES. */
export type Severity = 0 | 1 | 2 | 3;

export interface Monitoring {
  readonly severity: Severity;
  readonly line: string;
}

export interface Thresholds extends FindingLimits {
  /** For the percentage of a pool's enabled addresses that are down. Without one, each that is down is a warning. */
  readonly warning?: Range;
  readonly critical?: Range;
}

/** The maximum number of findings in the line; a hundred would not be read. */
const MOST_TOLD = 8;

/** `now` in milliseconds since 1970. */
export function monitoringOf(report: StatusReport, now: number, thresholds: Thresholds): Monitoring {
  const { warning, critical } = thresholds;
  const worst = worstPool(report, now, thresholds);
  const isCritical = alerts(critical, worst.percent);
  const isWarning = alerts(warning, worst.percent);
  const findings = findingsOf(report, now, thresholds).filter(
    // If thresholds are given, they decide how many are too many.
    ({ kind }) => kind !== 'mirror' || warning === undefined || isWarning || isCritical,
  );
  const texts = [
    ...(isWarning || isCritical ? [describeWorst(worst, (isCritical ? critical : warning)?.text)] : []),
    ...findings.map(({ text }) => text),
    ...report.zones.flatMap(({ zone, keys }) =>
      keys !== undefined && isMoving(keys) ? [`${zone}: ${describeKeys(keys)}`] : [],
    ),
  ];
  const severity =
    isCritical || findings.some((finding) => finding.severity === 'critical')
      ? 2
      : isWarning || findings.length > 0
        ? 1
        : 0;
  const told = texts.slice(0, MOST_TOLD);
  const more = texts.length > told.length ? [`and ${texts.length - told.length} more`] : [];
  return {
    severity,
    line: plugin(
      severity,
      [summaryOf(report), ...told, ...more].join('; '),
      numbersOf(report, now, thresholds),
    ),
  };
}

/** The line for a server whose status is unknown, and why. */
export function unknown(why: string): Monitoring {
  return { severity: 3, line: plugin(3, why, []) };
}

function plugin(severity: Severity, text: string, numbers: readonly string[]): string {
  // Text after a bar is performance data.
  const first = `GEOPOOL ${SEVERITIES[severity]}: ${text.replaceAll('|', '/')}`;
  return numbers.length === 0 ? first : `${first} | ${numbers.join(' ')}`;
}

/** A range may also alert at too low a number. */
function describeWorst({ name, down, enabled }: ReturnType<typeof worstPool>, range = ''): string {
  return down === 0
    ? `no address of a pool is down, and the range ${range} alerts at that`
    : `${down} of ${enabled} addresses of ${name} are down`;
}

/** The pool and family with the largest percentage of addresses that have been down for longer than allowed. */
function worstPool({ zones }: StatusReport, now: number, { downFor }: FindingLimits) {
  let worst = { name: '', down: 0, enabled: 0, percent: 0 };
  for (const { pools } of zones) {
    for (const { name, mirrors } of pools) {
      for (const family of FAMILIES) {
        const enabled = mirrors.filter((mirror) => mirror.family === family && mirror.enabled);
        const down = enabled.filter(
          (mirror) => isMissed(mirror) && now - Date.parse(mirror.since) >= downFor,
        ).length;
        const percent = enabled.length === 0 ? 0 : (100 * down) / enabled.length;
        if (percent > worst.percent)
          worst = { name: `${name} (${family})`, down, enabled: enabled.length, percent };
      }
    }
  }
  return worst;
}

interface Drawn {
  readonly label: string;
  readonly value: number;
  /** `s` for seconds, `%`, `c` for a counter. */
  readonly unit?: string;
  readonly warning?: string | undefined;
  readonly critical?: string | undefined;
  readonly most?: number;
}

function numbersOf(report: StatusReport, now: number, thresholds: Thresholds): string[] {
  const { zones, refused, counters, silent_workers } = report;
  const pools = zones.flatMap((zone) => zone.pools);
  const mirrors = pools.flatMap((pool) => pool.mirrors);
  const { enabled, up } = addressesIn(report);
  const overridden = new Set(
    zones.flatMap(({ zone, pools }) =>
      pools.flatMap(({ mirrors }) =>
        mirrors.flatMap(({ name, override }) => (override === undefined ? [] : [`${zone}/${name}`])),
      ),
    ),
  );
  const ages = report.geo
    .filter(({ source }) => source !== 'embedded')
    .map(({ build_epoch }) => now / 1000 - build_epoch);
  const ends = mirrors
    .flatMap(({ probes }) => probes.flatMap(({ last_probe }) => last_probe?.certificate_ends ?? []))
    .map((end) => (Date.parse(end) - now) / 1000);
  if (report.tls !== undefined) ends.push((Date.parse(report.tls.ends) - now) / 1000);
  const expiries = zones
    .flatMap(({ signed_until }) => signed_until ?? [])
    .map((end) => (Date.parse(end) - now) / 1000);
  const changes = zones
    .flatMap(({ keys }) => keys?.next_change ?? [])
    .map((time) => (Date.parse(time) - now) / 1000);
  const { certificates, databaseAge, warning, critical } = thresholds;
  const numbers: Drawn[] = [
    {
      label: 'down',
      value: worstPool(report, now, thresholds).percent,
      unit: '%',
      warning: warning?.text ?? '0',
      critical: critical?.text,
      most: 100,
    },
    { label: 'up', value: up, most: enabled },
    { label: 'zones', value: zones.length },
    {
      label: 'wrong_files',
      value:
        refused.length +
        zones.flatMap(({ error, keys }) => [error, keys?.error]).filter((fault) => fault !== undefined)
          .length,
      warning: '0',
    },
    {
      label: 'panics',
      value: pools.reduce((sum, { panic }) => sum + Number(panic.ipv4) + Number(panic.ipv6), 0),
      critical: '0',
    },
    {
      label: 'empty_pools',
      value: pools.reduce((sum, pool) => sum + emptyFamilies(pool).length, 0),
      critical: '0',
    },
    { label: 'silent_workers', value: silent_workers, critical: '0' },
    { label: 'overrides', value: overridden.size },
    ...(ages.length === 0
      ? []
      : [
          { label: 'database_age', value: Math.max(...ages), unit: 's', warning: String(databaseAge / 1000) },
        ]),
    ...(ends.length === 0
      ? []
      : [
          {
            label: 'certificate',
            value: Math.min(...ends),
            unit: 's',
            warning: certificates === undefined ? undefined : `${certificates / 1000}:`,
          },
        ]),
    ...(expiries.length === 0
      ? []
      : [
          {
            label: 'signatures',
            value: Math.min(...expiries),
            unit: 's',
            warning: `${SIGNATURES_MS.warning / 1000}:`,
            critical: `${SIGNATURES_MS.critical / 1000}:`,
          },
        ]),
    ...(changes.length === 0 ? [] : [{ label: 'key_change', value: Math.min(...changes), unit: 's' }]),
    {
      label: 'queries',
      value: Object.values(counters.queries).reduce((sum, { ipv4, ipv6 }) => sum + ipv4 + ipv6, 0),
      unit: 'c',
    },
  ];
  return numbers.map(formatNumber);
}

/** `label=value[unit];[warning];[critical];[least];[most]`, without empty parts at the end. */
function formatNumber({ label, value, unit = '', warning = '', critical = '', most }: Drawn): string {
  const least = unit === 's' && value < 0 ? '' : '0';
  const parts = [warning, critical, least, most === undefined ? '' : String(most)];
  return `${label}=${Math.round(value * 100) / 100}${unit};${parts.join(';')}`.replace(/;+$/, '');
}

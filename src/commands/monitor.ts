/**
 * The verb `monitor`: reports on the running server as an Icinga or Nagios plugin. Whatever goes wrong, it prints one line on
 * standard output and exits with one of their four codes.
 */
import { ask } from '../control/client.js';
import type { StatusReport } from '../control/status-report.js';
import { describeError, GeopoolError } from '../platform/errors.js';
import { DEFAULT_LIMITS } from '../report/findings.js';
import {
  type Monitoring,
  monitoringOf,
  type Severity,
  type Thresholds,
  unknown,
} from '../report/monitoring.js';
import { type Range, readRange } from '../report/range.js';
import { controlPaths } from './control-path.js';
import { print } from './output.js';
import { readSpan } from './read-span.js';
import type { SettingFlags } from './settings.js';

export interface MonitorFlags extends Pick<SettingFlags, 'config' | 'control'> {
  readonly warning?: string;
  readonly critical?: string;
  readonly downFor?: string;
  readonly databaseAge?: string;
  readonly certificates?: string;
}

/** Milliseconds that the server may take to answer. */
const PATIENCE = 10_000;

export async function monitor(flags: MonitorFlags): Promise<Severity> {
  const { severity, line } = await look(flags, PATIENCE);
  print(line);
  return severity;
}

/** The result. If the server does not answer within `patience` milliseconds, the result is that. */
export async function look(flags: MonitorFlags, patience: number): Promise<Monitoring> {
  try {
    const thresholds = thresholdsOf(flags);
    const path = await controlPaths(flags);
    const report = await ask<StatusReport>(path, 'GET', '/status', undefined, patience);
    return monitoringOf(report, Date.now(), thresholds);
  } catch (error) {
    return unknown(describeError(error));
  }
}

function thresholdsOf({ warning, critical, downFor, databaseAge, certificates }: MonitorFlags): Thresholds {
  return {
    ...DEFAULT_LIMITS,
    ...(warning !== undefined && { warning: range('--warning', warning) }),
    ...(critical !== undefined && { critical: range('--critical', critical) }),
    ...(downFor !== undefined && { downFor: readSpan('--down-for', downFor) }),
    ...(databaseAge !== undefined && { databaseAge: readSpan('--database-age', databaseAge) }),
    ...(certificates !== undefined && { certificates: readSpan('--certificates', certificates) }),
  };
}

function range(flag: string, text: string): Range {
  const found = readRange(text);
  if (found !== undefined) return found;
  throw new GeopoolError(
    'USAGE',
    `${flag}: "${text}" is not a range, expected one such as 10% (alerts above that), ~:10% or @50:100%`,
  );
}

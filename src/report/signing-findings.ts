/**
 * What is wrong with the signatures and keys of zones, and with the DS records at their parents.
 */
import type { ZoneReport } from '../control/mirror-report.js';
import type { UnsignedReport } from '../control/status-report.js';
import { DAY_MS } from '../platform/time.js';
import { formatSpan } from '../zone/durations.js';
import { describeParentDue, isLate } from './describe-parent-due.js';
import { describeUnsigned } from './describe-unsigned.js';
import { type Finding, warning } from './finding.js';

/** The remaining lifetime at which signatures should have been renewed, and at which an operator must act. */
export const SIGNATURES_MS = { warning: 5 * DAY_MS, critical: 2 * DAY_MS } as const;

/** For one zone; `now` in milliseconds since 1970. */
export function signingFindings(zone: ZoneReport, now: number): readonly Finding[] {
  return [...signaturesFinding(zone, now), ...keysFinding(zone), ...parentFinding(zone, now)];
}

export function unsignedFinding(report: UnsignedReport): Finding {
  return { severity: 'critical', kind: 'unsigned', text: describeUnsigned(report) };
}

/** Signatures are renewed while they have six days or more left. With less, something prevents the renewal. */
function signaturesFinding({ zone, signed_until }: ZoneReport, now: number): Finding[] {
  const left = signed_until === undefined ? Infinity : Date.parse(signed_until) - now;
  if (left >= SIGNATURES_MS.warning) return [];
  const severity = left < SIGNATURES_MS.critical ? 'critical' : 'warning';
  const when = left <= 0 ? `expired ${formatSpan(-left)} ago` : `expires in ${formatSpan(left)}`;
  return [{ severity, kind: 'signatures', text: `${zone}: its first signature ${when}: reload the server` }];
}

function keysFinding({ zone, keys }: ZoneReport): Finding[] {
  if (keys?.error === undefined) return [];
  return [warning('keys', `${zone}: the file of its keys is wrong, those from before go on`)];
}

function parentFinding({ zone, keys }: ZoneReport, now: number): Finding[] {
  const due = keys?.parent_due;
  if (due === undefined) return [];
  const severity = isLate(due, now) ? 'critical' : 'warning';
  return [{ severity, kind: 'parent', text: describeParentDue(zone, due, now) }];
}

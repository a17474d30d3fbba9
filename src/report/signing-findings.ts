/**
 * What is not as it should be with the signatures of zones, with their keys, and with what their parents have.
 */
import type { ZoneReport } from '../control/mirror-report.js';
import type { UnsignedReport } from '../control/status-report.js';
import { DAY_MS } from '../platform/time.js';
import { formatSpan } from '../zone/durations.js';
import { describeParentDue, isLate } from './describe-parent-due.js';
import { describeUnsigned } from './describe-unsigned.js';
import { type Finding, warning } from './finding.js';

/** What signatures have left when it is odd that they were not renewed, and when it is time to do something. */
export const SIGNATURES_MS = { warning: 5 * DAY_MS, critical: 2 * DAY_MS } as const;

/** Of a zone, `now` in milliseconds since 1970. */
export function signingFindings(zone: ZoneReport, now: number): readonly Finding[] {
  return [...signaturesFinding(zone, now), ...keysFinding(zone), ...parentFinding(zone, now)];
}

export function unsignedFinding(report: UnsignedReport): Finding {
  return { severity: 'critical', kind: 'unsigned', text: describeUnsigned(report) };
}

/** Signatures are renewed while they have six days left or more; so something keeps them from it. */
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

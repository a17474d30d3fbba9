/**
 * The health check, for systems that withdraw this server from an anycast address or a load balancer if it fails. It fails
 * only if queries are not answered. The effects of a mistake in a zone file reach every server at once and must not
 * withdraw them all. Other findings are listed too; alerting on them is the job of `monitor`.
 */
import type { StatusReport } from '../control/status-report.js';
import { countOf } from '../platform/count-of.js';
import { findingsOf } from '../report/findings.js';
import { type SiteReply, TEXT } from './answering.js';

export function healthReply(status: StatusReport, now: number): SiteReply {
  const failures = [
    ...(status.zones.length === 0 ? ['no zone is served'] : []),
    ...(status.silent_workers === 0 ? [] : ['a worker does not answer']),
  ];
  const first =
    failures.length === 0 ? `ok: ${countOf(status.zones.length, 'zone')}` : `failed: ${failures.join(', ')}`;
  const findings = findingsOf(status, now).map(({ severity, text }) => `${severity}: ${text}`);
  return {
    status: failures.length === 0 ? 200 : 503,
    type: TEXT,
    body: `${[first, ...findings].join('\n')}\n`,
  };
}

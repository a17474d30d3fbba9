/**
 * The health check, for what takes this server out of an anycast address or a balancer where it fails. It fails only where
 * questions are not answered: what a mistake in a zone file brings about comes to every server at once, and must not
 * withdraw them all. The rest is said, and is for `monitor` to tell people.
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

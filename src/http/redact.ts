/**
 * Reports without what only those may read who may read the zone files and use the control socket: messages about files
 * quote them, and what an operator said of a mirror is for other operators.
 */
import type { FleetReport } from '../control/fleet-report.js';
import type { HistoryReport } from '../control/history-report.js';
import type { StatusReport } from '../control/status-report.js';

const HIDDEN = '`geopool status` says why';

/** Without the messages about files, only their places; overrides are left as they are. */
export function redactStatus(report: StatusReport): StatusReport {
  return {
    ...report,
    zones: report.zones.map((zone) => ({
      ...zone,
      ...(zone.error !== undefined && { error: placesIn(zone.error) }),
      ...(zone.keys?.error !== undefined && { keys: { ...zone.keys, error: placesIn(zone.keys.error) } }),
    })),
    refused: report.refused.map((file) => ({ ...file, error: placesIn(file.error) })),
    // Commands say what they like, and a reload repeats what is said of files.
    notifications: report.notifications.map((channel) => ({
      ...channel,
      ...(channel.last_error !== undefined && { last_error: HIDDEN }),
    })),
    ...(report.reload_error !== undefined && { reload_error: HIDDEN }),
    ...(report.fleet !== undefined && { fleet: redactFleet(report.fleet) }),
  };
}

/** Without where its servers are, and what others say of mirrors. */
function redactFleet({ members, servers, held, unserved, ...fleet }: FleetReport): FleetReport {
  return {
    ...fleet,
    members: members.map(({ refused, ...member }) => ({
      ...member,
      ...(refused !== undefined && { refused: HIDDEN }),
    })),
    servers: servers.map(({ fault, ...server }, i) => ({
      ...server,
      server: `its server ${i + 1}`,
      ...(fault !== undefined && { fault: HIDDEN }),
    })),
    held: held.map((override) => ({ ...override, reason: HIDDEN })),
    unserved: unserved.map((challenge) => ({ ...challenge, why: HIDDEN })),
  };
}

/** Without who overrides a mirror, and why. */
export function redactHistory(report: HistoryReport): HistoryReport {
  return {
    ...report,
    transitions: report.transitions.map(({ cause, ...transition }) => ({
      ...transition,
      cause: /^override\b/.test(cause) ? 'override' : cause,
    })),
  };
}

/** Of each line `FILE:LINE:COL: message` its place. */
function placesIn(error: string): string {
  return error
    .split('\n')
    .map((line) => /^.*?:\d+:\d+(?=: )/.exec(line)?.[0] ?? HIDDEN)
    .join('\n');
}

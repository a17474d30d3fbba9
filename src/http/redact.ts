/**
 * Removes from reports what is meant only for users who may read the zone files and use the control socket. Messages about
 * files quote their contents, and an operator's words about a mirror are for other operators.
 */
import type { FleetReport } from '../control/fleet-report.js';
import type { HistoryReport } from '../control/history-report.js';
import type { StatusReport } from '../control/status-report.js';

const HIDDEN = '`geopool status` says why';

/**
 * Replaces messages about files by the positions they refer to, and removes who gave challenges. Overrides are left as they
 * are.
 */
export function redactStatus(report: StatusReport): StatusReport {
  return {
    ...report,
    zones: report.zones.map((zone) => ({
      ...zone,
      ...(zone.error !== undefined && { error: placesIn(zone.error) }),
      ...(zone.keys?.error !== undefined && { keys: { ...zone.keys, error: placesIn(zone.keys.error) } }),
    })),
    ...(report.challenges !== undefined && {
      challenges: report.challenges.map(({ by: _, ...challenge }) => challenge),
    }),
    refused: report.refused.map((file) => ({ ...file, error: placesIn(file.error) })),
    // Commands may print anything, and a reload error repeats messages about files.
    notifications: report.notifications.map((channel) => ({
      ...channel,
      ...(channel.last_error !== undefined && { last_error: HIDDEN }),
    })),
    ...(report.reload_error !== undefined && { reload_error: HIDDEN }),
    ...(report.fleet !== undefined && { fleet: redactFleet(report.fleet) }),
  };
}

/** Removes the servers' addresses and what other members say of mirrors. */
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

/** Removes which operator overrides a mirror, and why. */
export function redactHistory(report: HistoryReport): HistoryReport {
  return {
    ...report,
    transitions: report.transitions.map(({ cause, ...transition }) => ({
      ...transition,
      cause: /^override\b/.test(cause) ? 'override' : cause,
    })),
  };
}

/** Keeps the position of each line `FILE:LINE:COL: message`. */
function placesIn(error: string): string {
  return error
    .split('\n')
    .map((line) => /^.*?:\d+:\d+(?=: )/.exec(line)?.[0] ?? HIDDEN)
    .join('\n');
}

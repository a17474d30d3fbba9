/**
 * Reports without what only those may read who may read the zone files and use the control socket: messages about files
 * quote them, and what an operator said of a mirror is for other operators.
 */
import type { HistoryReport } from '../control/history-report.js';
import type { StatusReport } from '../control/status-report.js';

const HIDDEN = '`geopool status` says why';

/** Without the messages about files, only their places; overrides are left as they are. */
export function discreetStatus(report: StatusReport): StatusReport {
  return {
    ...report,
    zones: report.zones.map((zone) => ({
      ...zone,
      ...(zone.error !== undefined && { error: placesIn(zone.error) }),
    })),
    refused: report.refused.map((file) => ({ ...file, error: placesIn(file.error) })),
    // Commands say what they like, and a reload repeats what is said of files.
    notifications: report.notifications.map((channel) => ({
      ...channel,
      ...(channel.last_error !== undefined && { last_error: HIDDEN }),
    })),
    ...(report.reload_error !== undefined && { reload_error: HIDDEN }),
  };
}

/** Without who overrides a mirror, and why. */
export function discreetHistory(report: HistoryReport): HistoryReport {
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

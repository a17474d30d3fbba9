/** A host name that can't be resolved, in words: which mirrors use it, and what is answered meanwhile. */
import type { HostnameReport } from '../control/status-report.js';

/** The maximum number of mirrors named. */
const MOST_NAMES = 4;

/** As in `no such name: m.example (dl.example.org/aurora); its last known addresses stay`; undefined if nothing is wrong. */
export function describeUnresolved({ addresses, error, mirrors = [] }: HostnameReport): string | undefined {
  if (error === undefined) return undefined;
  const more = mirrors.length > MOST_NAMES ? [`${mirrors.length - MOST_NAMES} more`] : [];
  const whose = mirrors.length === 0 ? '' : ` (${[...mirrors.slice(0, MOST_NAMES), ...more].join(', ')})`;
  const kept =
    addresses.length === 0 ? 'no address is known, so it is in no answer' : 'its last known addresses stay';
  return `${error}${whose}; ${kept}`;
}

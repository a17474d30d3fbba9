/**
 * The location databases, described for people.
 */

import type { GeoReport, MapsReport } from '../control/geo-report.js';
import { dateOf } from '../platform/time.js';
import { ATTRIBUTION, isGeoLite } from '../report/geo-attribution.js';
import { formatSpan } from '../zone/durations.js';
import { formatSize } from '../zone/sizes.js';

export function formatGeo(geo: readonly GeoReport[], now: number): string[] {
  const lines = geo.map(
    ({ type, source, build_epoch, path }) =>
      `database ${type}, ${source}, made ${dateOf(build_epoch * 1000)} (${formatSpan(now - build_epoch * 1000)} ago): ${path}`,
  );
  return isGeoLite(geo) ? [...lines, ATTRIBUTION] : lines;
}

/** How many pools are listed. */
const NAMED = 5;

/** The location maps, on one line. */
export function formatMaps({ memory, memory_limit, grid }: MapsReport): string {
  const used = `location maps: ${formatSize(memory)} of ${formatSize(memory_limit)}`;
  if (grid.length === 0) return used;
  const more = grid.length > NAMED ? ` and ${grid.length - NAMED} more` : '';
  return `${used}; on the grid: ${grid.slice(0, NAMED).join(', ')}${more}`;
}

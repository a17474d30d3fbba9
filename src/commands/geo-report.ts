/**
 * What a person is told of the location databases.
 */
import type { GeoReport } from '../control/geo-report.js';
import { ATTRIBUTION, isGeoLite } from '../report/geo-attribution.js';
import { dateOf } from '../time.js';
import { formatSpan } from '../zone/durations.js';

export function formatGeo(geo: readonly GeoReport[], now: number): string[] {
  const lines = geo.map(
    ({ type, source, build_epoch, path }) =>
      `database ${type}, ${source}, made ${dateOf(build_epoch * 1000)} (${formatSpan(now - build_epoch * 1000)} ago): ${path}`,
  );
  return isGeoLite(geo) ? [...lines, ATTRIBUTION] : lines;
}

/**
 * What a person is told of the location databases, with the attribution that MaxMind's license asks for where its data
 * are shown.
 */
import type { GeoReport } from '../control/geo-report.js';
import { dateOf } from '../time.js';
import { formatSpan } from '../zone/durations.js';

/** https://dev.maxmind.com/geoip/geolite2-free-geolocation-data, "License". */
const ATTRIBUTION =
  'This product includes GeoLite Data created by MaxMind, available from https://www.maxmind.com';

export function formatGeo(geo: readonly GeoReport[], now: number): string[] {
  const lines = geo.map(
    ({ type, source, build_epoch, path }) =>
      `database ${type}, ${source}, made ${dateOf(build_epoch * 1000)} (${formatSpan(now - build_epoch * 1000)} ago): ${path}`,
  );
  return geo.some(({ type }) => type.startsWith('GeoLite')) ? [...lines, ATTRIBUTION] : lines;
}

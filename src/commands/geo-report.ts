/**
 * What a person is told of the location databases, with the attribution that MaxMind's license asks for where its data
 * are shown.
 */
import type { GeoReport } from '../control/geo-report.js';
import { formatAge } from './table.js';

/** https://dev.maxmind.com/geoip/geolite2-free-geolocation-data, "License". */
const ATTRIBUTION =
  'This product includes GeoLite Data created by MaxMind, available from https://www.maxmind.com';

export function formatGeo(geo: readonly GeoReport[], now: number): string[] {
  const lines = geo.map(
    ({ type, source, build_epoch, path }) =>
      `database ${type}, ${source}, made ${new Date(build_epoch * 1000).toISOString().slice(0, 10)} (${formatAge(now - build_epoch * 1000)} ago): ${path}`,
  );
  return geo.some(({ type }) => type.startsWith('GeoLite')) ? [...lines, ATTRIBUTION] : lines;
}

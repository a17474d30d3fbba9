/** The attribution that MaxMind's license requires where its data are shown. */
import type { GeoReport } from '../control/geo-report.js';

/** https://dev.maxmind.com/geoip/geolite2-free-geolocation-data, "License". */
export const ATTRIBUTION =
  'This product includes GeoLite Data created by MaxMind, available from https://www.maxmind.com';

export function isGeoLite(geo: readonly Pick<GeoReport, 'type'>[]): boolean {
  return geo.some(({ type }) => type.startsWith('GeoLite'));
}

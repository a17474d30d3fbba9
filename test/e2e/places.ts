/**
 * A small City database of a few places far apart, so that a test knows where its clients are and which answers they get.
 * Documentation networks can't be used: the server ignores what a database says of them.
 */
import { type MmdbValue, writeMmdb } from '../mmdb-writer.js';

/** Clients by where the small database has them. Tests name them as client subnets. */
export const CLIENTS = {
  berlin: '5.249.168.0/24',
  chicago: '5.249.169.0/24',
  tokyo: '5.249.170.0/24',
  berlinV6: '2a00:100::/48',
  chicagoV6: '2a00:200::/48',
} as const;

export const BERLIN = place('DE', 52.52, 13.4);
export const CHICAGO = place('US', 41.88, -87.63);
export const TOKYO = place('JP', 35.68, 139.69);

/** The bytes of the small database, made at `buildEpoch` (seconds since 1970), of another type if it is to be one. */
export function smallCity(buildEpoch = 1_750_000_000, type = 'Test-City'): Buffer {
  return writeMmdb({
    type,
    buildEpoch,
    entries: {
      [CLIENTS.berlin]: BERLIN,
      [CLIENTS.chicago]: CHICAGO,
      [CLIENTS.tokyo]: TOKYO,
      [CLIENTS.berlinV6]: BERLIN,
      [CLIENTS.chicagoV6]: CHICAGO,
    },
  });
}

function place(country: string, latitude: number, longitude: number): MmdbValue {
  return {
    country: { iso_code: country },
    location: { latitude: Float64Array.of(latitude), longitude: Float64Array.of(longitude) },
  };
}

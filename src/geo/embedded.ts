/**
 * The database that comes with every installation: countries by address, from the registries' public data (CC0). It is used
 * if the operator has no other. It is an npm package, so npm decides where it is.
 */
import { fileURLToPath } from 'node:url';
import { asDatabaseFault } from './database-fault.js';

/** The package's file with both IPv4 and IPv6. It has two more files, with one of them each. */
const FILE = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';

/** The path of the embedded country database. Throws DATABASE_INVALID if the package is not installed. */
export function embeddedDatabasePath(): string {
  try {
    return fileURLToPath(import.meta.resolve(FILE));
  } catch (error) {
    throw asDatabaseFault(FILE, 'the package is not installed (npm ci)', error);
  }
}

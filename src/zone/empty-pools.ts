/**
 * Pools that have nobody for some clients, by the rules of their mirrors. Resolvers keep "no address" for all of their
 * clients (RFC 7871 §7.4), so such a pool is hidden from those whom it is for too. That is no fault of a file, as it may
 * be meant so, but worth a warning.
 */

import { COUNTRY_CODES } from '../countries.js';
import { FAMILIES, type Family } from '../facts.js';
import type { Fault } from './faults.js';
import type { Admission, Mirror, Pool, Zone } from './model.js';

/** A warning for each pool of the zone that can be empty for somebody, where the pool stands. */
export function warnOfEmptyPools({ file, pools, mirrors }: Zone): readonly Fault[] {
  return pools.flatMap((pool) => {
    const members = pool.members.flatMap(({ mirror }) => mirrors[mirror] ?? []);
    const [four, six] = FAMILIES.map((family) => whoIsLeft(members, family));
    const warning = (address: string, clients: string | undefined): Fault[] =>
      clients === undefined ? [] : [{ file, ...pool.at, message: warningOf(pool, address, clients) }];
    if (four === six) return warning('address', four);
    return [...warning('IPv4 address', four), ...warning('IPv6 address', six)];
  });
}

function warningOf({ name }: Pool, address: string, clients: string): string {
  return `the pool "${name}" has no ${address} for ${clients}, and resolvers keep that for all clients: have a mirror in it that admits everybody`;
}

/** The clients that none of the mirrors with addresses of the family admits, in words; undefined for none. */
function whoIsLeft(mirrors: readonly Mirror[], family: Family): string | undefined {
  // Where a name leads is not known here.
  const seated = mirrors.filter(
    ({ weight, hostname, addresses }) =>
      weight > 0 && (hostname !== undefined || addresses.some((address) => address.family === family)),
  );
  if (seated.length === 0) return undefined;
  const rules = seated.map(({ admits }) => admits).filter(({ onlyNetworks }) => onlyNetworks === undefined);
  if (rules.length === 0) return 'clients in none of the "only_networks" of its mirrors';
  const left = [...COUNTRY_CODES].filter((code) => !rules.some((rule) => admitsCountry(rule, code)));
  if (rules.some(({ onlyCountries }) => onlyCountries === undefined)) {
    return left.length === 0 ? undefined : `clients in ${left.join(', ')}`;
  }
  // Clients whose country nobody knows are left too.
  const listed = new Set(rules.flatMap(({ onlyCountries = [] }) => onlyCountries));
  return `clients that are not known to be in ${[...listed].sort().join(', ')}`;
}

function admitsCountry({ onlyCountries, exceptCountries }: Admission, code: string): boolean {
  return (onlyCountries?.includes(code) ?? true) && !(exceptCountries?.includes(code) ?? false);
}

/**
 * Pools that answer no client, or no client of one address family, because of rules: those of the pool, those of its
 * mirrors and its refusals together leave no client.
 */
import { COUNTRY_CODES } from '../../platform/countries.js';
import { FAMILIES, type Family } from '../../platform/types.js';
import type { ClientRules, Mirror, Pool } from '../model.js';
import { admitsCountry } from './left-clients.js';
import type { Remark, Rule } from './warning.js';

/** A remark for each pool that has mirrors with a weight, but admits no client to them. */
export const answersNobody: Rule = ({ pools, mirrors }) =>
  pools.flatMap((pool): readonly Remark[] => {
    const members = pool.members.flatMap(({ mirror }) => mirrors[mirror] ?? []);
    const shut = shutTo(pool, members);
    const [family] = shut;
    if (family === undefined) return [];
    const whom =
      shut.length === FAMILIES.length
        ? 'nobody'
        : `no client with an ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address`;
    const message = `the pool "${pool.name}" answers ${whom}: its rules, those of its mirrors and whom it refuses leave none`;
    return [{ path: ['pools', pool.name], message }];
  });

/** The address families of which no client is admitted. */
export function shutTo(pool: Pool, members: readonly Mirror[]): readonly Family[] {
  const seated = members.filter(({ weight }) => weight > 0);
  if (seated.length === 0) return [];
  return FAMILIES.filter((family) => seated.every(({ admits }) => isShut(pool, admits, family)));
}

/** Whether no client of the family passes both the pool and a mirror with these rules. */
function isShut({ admits, refuse }: Pool, own: ClientRules, family: Family): boolean {
  const all = [admits, own];
  const networks = [...(refuse?.networks ?? []), ...all.flatMap(({ exceptNetworks = [] }) => exceptNetworks)];
  if (networks.some((network) => network.family === family && network.length === 0)) return true;
  const refusedCountries = refuse?.countries ?? [];
  // A client whose country is unknown is not refused by country, and is admitted if no rule requires a country.
  const isOpen = all.every(({ onlyCountries }) => onlyCountries === undefined);
  const passes = (code: string): boolean =>
    !refusedCountries.includes(code) && all.every((rules) => admitsCountry(rules, code));
  if (!isOpen && ![...COUNTRY_CODES].some(passes)) return true;
  const [first, ...others] = all.flatMap(({ onlyAsn }) => (onlyAsn === undefined ? [] : [onlyAsn]));
  if (first === undefined) return false;
  const kept = [...(refuse?.asn ?? []), ...all.flatMap(({ exceptAsn = [] }) => exceptAsn)];
  return !first.some((asn) => !kept.includes(asn) && others.every((list) => list.includes(asn)));
}

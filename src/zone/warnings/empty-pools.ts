/**
 * Pools that have nobody for some clients, by the rules of their mirrors. Resolvers keep "no address" for all of their
 * clients (RFC 7871 §7.4), so such a pool is hidden from those whom it is for too. That is no fault of a file, as it may
 * be meant so, but worth a warning. In a signed zone whoever is left gets SERVFAIL, which is kept for nobody else, and only
 * where the file says that it is meant so.
 */

import { COUNTRY_CODES } from '../../platform/countries.js';
import { FAMILIES, type Family } from '../../platform/types.js';
import type { ClientRules, Mirror, OrderList, Pool } from '../model.js';
import type { Remark, Rule } from './warning.js';

/** A remark for each pool of the zone that can be empty for somebody, or that has nothing for clients with IPv4. */
export const canBeEmpty: Rule = ({ pools, mirrors, dnssec }) =>
  pools.flatMap((pool): Remark[] => {
    const members = pool.members.flatMap(({ mirror }) => mirrors[mirror] ?? []);
    const remark = (message: string): Remark => ({ path: ['pools', pool.name], message });
    const withoutFour = members.some((mirror) => mayHave(mirror, 'ipv4'))
      ? []
      : [remark(`the pool "${pool.name}" has no IPv4 address, and many clients have no IPv6`)];
    if (dnssec !== undefined) return withoutFour;
    const [four, six] = FAMILIES.map((family) => whoIsLeft(members, family));
    const warning = (address: string, clients: string | undefined): Remark[] =>
      clients === undefined ? [] : [remark(describe(pool, address, clients))];
    const left =
      four === six
        ? warning('address', four)
        : [...warning('IPv4 address', four), ...warning('IPv6 address', six)];
    if (Object.keys(pool.admits).length > 0) {
      const clients = 'clients that its own rules keep out';
      return [
        remark(
          `the pool "${pool.name}" has no address for ${clients}, and resolvers keep that for all clients`,
        ),
      ];
    }
    return [...left, ...emptyLists(pool, members).map(remark), ...withoutFour];
  });

/** The lists of its order, where that is all that its clients get, which have nobody in a family that the pool has. */
function emptyLists({ name, order }: Pool, members: readonly Mirror[]): readonly string[] {
  if (order?.others !== 'never') return [];
  return FAMILIES.flatMap((family) => {
    const seated = members.filter((mirror) => mirror.weight > 0 && mayHave(mirror, family));
    if (seated.length === 0) return [];
    const empty = order.lists.filter(
      ({ entries }) => !seated.some((mirror) => entries.flat().includes(mirror.name)),
    );
    if (empty.length === 0) return [];
    const clients = empty.map(describeClients).join(', ');
    const word = family === 'ipv4' ? 'IPv4' : 'IPv6';
    return [
      `the pool "${name}" has no ${word} address for clients of some lists of its order (${clients}), as others is never, and resolvers keep that for all clients`,
    ];
  });
}

function describeClients(list: OrderList): string {
  if (list.by === 'default') return 'default';
  return `${list.by}: ${list.by === 'networks' ? list.key.text : list.key}`;
}

/**
 * A pool that says REFUSED: resolvers that tell client subnets take it for an answer about the server. A signed zone can say
 * nothing else.
 */
export const hiddenByRefusal: Rule = ({ pools, dnssec }) =>
  pools.flatMap(({ name, refuse }): Remark[] => {
    if (refuse?.rcode !== 'refused' || dnssec !== undefined) return [];
    const message = `the pool "${name}" says REFUSED, by which resolvers that tell client subnets hide it from all of their clients for a minute, or ask again without the subnet: nodata does neither`;
    return [{ path: ['pools', name, 'refuse', 'rcode'], of: 'value', message }];
  });

function describe({ name }: Pool, address: string, clients: string): string {
  return `the pool "${name}" has no ${address} for ${clients}, and resolvers keep that for all clients: have a mirror in it that admits everybody`;
}

/** Where a name leads is not known here. */
function mayHave({ hostname, addresses }: Mirror, family: Family): boolean {
  return hostname !== undefined || addresses.some((address) => address.family === family);
}

/** The clients that none of the mirrors with addresses of the family admits, in words; undefined for none. */
function whoIsLeft(mirrors: readonly Mirror[], family: Family): string | undefined {
  const seated = mirrors.filter((mirror) => mirror.weight > 0 && mayHave(mirror, family));
  if (seated.length === 0) return undefined;
  const rules = seated
    .map(({ admits }) => admits)
    .filter(({ onlyNetworks, onlyAsn }) => onlyNetworks === undefined && onlyAsn === undefined);
  if (rules.length === 0) return 'clients in none of the "only_networks" and "only_asn" of its mirrors';
  if (rules.every(({ onlyCountries }) => onlyCountries !== undefined)) {
    // Clients whose country nobody knows are left too.
    const listed = new Set(rules.flatMap(({ onlyCountries = [] }) => onlyCountries));
    return `clients that are not known to be in ${[...listed].sort().join(', ')}`;
  }
  const left = [
    ...[...COUNTRY_CODES].filter((code) => !rules.some((rule) => admitsCountry(rule, code))),
    ...inAll(rules.map(({ exceptAsn = [] }) => exceptAsn)).map((asn) => `AS${asn}`),
    ...inAll(rules.map(({ exceptNetworks = [] }) => exceptNetworks.map(({ text }) => text))),
  ];
  return left.length === 0 ? undefined : `clients in ${left.join(', ')}`;
}

/** What is in each of the lists. */
function inAll<T>([first = [], ...others]: readonly (readonly T[])[]): readonly T[] {
  return first.filter((item) => others.every((list) => list.includes(item)));
}

function admitsCountry({ onlyCountries, exceptCountries }: ClientRules, code: string): boolean {
  return (onlyCountries?.includes(code) ?? true) && !(exceptCountries?.includes(code) ?? false);
}

/**
 * Pools that have no mirror for some clients, by the rules of their mirrors. Resolvers keep "no address" for all of their
 * clients (RFC 7871 §7.4), so such a pool is hidden from clients that it should serve, too. This may be intended, so it is
 * a warning and not a fault of the file, and "may_be_empty" silences it. In a signed zone a client without a mirror gets SERVFAIL, which resolvers do not
 * keep for other clients, and only if the file says that this is intended.
 */

import { FAMILIES } from '../../platform/types.js';
import type { Mirror, OrderList, Pool } from '../model.js';
import { emptyChoices } from './empty-choices.js';
import { mayHave, whoLacks } from './left-clients.js';
import { shutTo } from './nobody.js';
import type { Remark, Rule } from './warning.js';

/** A remark for each pool of the zone that can be empty for some clients, or that has no address for clients with IPv4. */
export const canBeEmpty: Rule = ({ pools, mirrors, dnssec }, { countryOf }) =>
  pools.flatMap((pool): Remark[] => {
    const members = pool.members.flatMap(({ mirror }) => mirrors[mirror] ?? []);
    const remark = (message: string): Remark => ({ path: ['pools', pool.name], message });
    const withoutFour = members.some((mirror) => mayHave(mirror, 'ipv4'))
      ? []
      : [remark(`the pool "${pool.name}" has no IPv4 address, and many clients have no IPv6`)];
    if (dnssec !== undefined || pool.mayBeEmpty) return withoutFour;
    if (shutTo(pool, members).length === FAMILIES.length) return [];
    const left = whoLacks(members).map(({ address, clients }) => remark(describe(pool, address, clients)));
    if (Object.keys(pool.admits).length > 0) {
      const clients = 'clients that its own rules keep out';
      return [
        remark(
          `the pool "${pool.name}" has no address for ${clients}, and resolvers keep that for all clients`,
        ),
      ];
    }
    return [
      ...left,
      ...emptyLists(pool, members).map(remark),
      ...emptyChoices(pool, members, countryOf),
      ...withoutFour,
    ];
  });

/**
 * If clients get only the mirrors in their list of the order: the lists without a mirror in a family that the pool has.
 */
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
 * A pool that answers REFUSED: resolvers that send client subnets take it for a statement about the server. In a signed
 * zone there is no alternative.
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

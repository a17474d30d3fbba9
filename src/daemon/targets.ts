/**
 * From zones to what is probed: each address of each mirror in each pool, with the probes that apply to it there.
 */

import type { Address } from '../ip/address.js';
import type { Target } from '../probe/target.js';
import type { HttpProbe } from '../zone/http-probe-keys.js';
import type { Mirror, Pool, Zone } from '../zone/model.js';
import type { Probe } from '../zone/probe-forms.js';

/** The targets of a zone in the order of its file. Disabled mirrors too: their state is then known once enabled. */
export function targetsOf(zone: Zone): Target[] {
  return zone.pools.flatMap((pool) =>
    pool.members.flatMap(({ mirror: number, probes, selfWeight }) => {
      const mirror = zone.mirrors[number];
      return (
        mirror?.addresses.map((address) => targetOf(zone, pool, mirror, address, probes, selfWeight)) ?? []
      );
    }),
  );
}

export function targetOf(
  zone: Zone,
  pool: Pool,
  mirror: Mirror,
  address: Address,
  probes: readonly Probe[],
  selfWeight?: HttpProbe,
): Target {
  const { name, hostname, addresses } = mirror;
  return {
    zone: zone.name,
    pool: pool.owner,
    mirror: name,
    address,
    ...(hostname !== undefined && { hostname }),
    // The addresses that a name has now do not limit which it may have later.
    admitted: { like: hostname === undefined ? addresses : [], networks: zone.specialAddresses },
    probes,
    ...(selfWeight !== undefined && { selfWeight }),
  };
}

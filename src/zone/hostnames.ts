/**
 * Mirrors with a host name: their addresses are not in the file, and are added to the zone once they are known.
 */

import type { Address } from '../ip/address.js';
import type { Prefix } from '../ip/prefix.js';
import { strayKind } from '../ip/special-purpose.js';
import { FAMILIES } from '../platform/types.js';
import { readServerAddress } from './addresses.js';
import type { Mirror, Zone } from './model.js';
import { isTextFault } from './text-fault.js';

/** The addresses of host names, as far as they are known. */
export type HostAddresses = ReadonlyMap<string, readonly Address[]>;

/** Host names, each with the special-purpose networks that the zones using it allow it to lead into. */
export type HostNetworks = ReadonlyMap<string, ReadonlySet<Prefix>>;

/** A name with more addresses than this in one family does not belong to a single mirror. */
const MAX_ADDRESSES = 8;

/** The host names of the mirrors of some zones. */
export function hostnamesOf(zones: readonly Zone[]): HostNetworks {
  const names = new Map<string, Set<Prefix>>();
  for (const { mirrors, specialAddresses } of zones) {
    for (const { hostname } of mirrors) {
      if (hostname === undefined) continue;
      names.set(hostname, new Set([...(names.get(hostname) ?? []), ...specialAddresses]));
    }
  }
  return names;
}

/**
 * The zone with the addresses of its host names. A mirror whose name is not known has none. An address that another mirror
 * already has stays with that mirror, since an address of two mirrors would get the share of both.
 */
export function withAddresses(zone: Zone, known: HostAddresses): Zone {
  if (zone.mirrors.every(({ hostname }) => hostname === undefined)) return zone;
  const admitted = { like: [], networks: zone.specialAddresses };
  const taken = new Set(zone.mirrors.flatMap(({ addresses }) => addresses.map(({ text }) => text)));
  const mirrors = zone.mirrors.map((mirror): Mirror => {
    if (mirror.hostname === undefined) return mirror;
    const addresses = (known.get(mirror.hostname) ?? []).filter(
      (address) => !taken.has(address.text) && strayKind(address, admitted) === undefined,
    );
    for (const { text } of addresses) taken.add(text);
    return { ...mirror, addresses };
  });
  return { ...zone, mirrors };
}

/**
 * Splits the addresses in an answer, each once, into usable ones and refused ones. The owner of a host name must not be
 * able to send clients, and probes, into a private network.
 */
export function sortOut(
  addresses: readonly Address[],
  networks: Iterable<Prefix>,
): { readonly usable: Address[]; readonly refused: Address[] } {
  const admitted = { like: [], networks: [...networks] };
  const all = [...new Map(addresses.map((address) => [address.text, address])).values()];
  const refused = all.filter((address) => strayKind(address, admitted) !== undefined);
  const others = all.filter((address) => !refused.includes(address));
  return { usable: others.filter(({ text }) => !isTextFault(readServerAddress(text))), refused };
}

/**
 * At most as many addresses of each family as a mirror may have, in a fixed order. Those in `before` are preferred, so
 * that further addresses change nothing.
 */
export function mostOf(addresses: readonly Address[], before: readonly Address[] = []): Address[] {
  const known = new Set(before.map(({ text }) => text));
  const inOrder = [...addresses].sort((a, b) => (a.text < b.text ? -1 : 1));
  return FAMILIES.flatMap((family) => {
    const own = inOrder.filter((address) => address.family === family);
    const first = own.filter(({ text }) => known.has(text));
    const kept = [...first, ...own.filter((address) => !first.includes(address))].slice(0, MAX_ADDRESSES);
    return own.filter((address) => kept.includes(address));
  });
}

/** A warning to the operator about a name's addresses. */
export interface HostWarning {
  readonly event: 'hostname-refused' | 'hostname-limited';
  readonly text: string;
}

/** The warnings about a name, given its refused addresses and its usable ones. */
export function hostWarnings(
  hostname: string,
  refused: readonly Address[],
  usable: readonly Address[],
): HostWarning[] {
  const admitted = { like: [], networks: [] };
  const listed = refused.slice(0, MAX_ADDRESSES).map((one) => `${one.text} (${strayKind(one, admitted)})`);
  const crowds = FAMILIES.map((family) => usable.filter((address) => address.family === family));
  return [
    ...(refused.length === 0
      ? []
      : [
          {
            event: 'hostname-refused' as const,
            text: `${hostname} has special-purpose addresses, which special_addresses does not allow: ${listed.join(', ')}`,
          },
        ]),
    ...crowds
      .filter(({ length }) => length > MAX_ADDRESSES)
      .map(({ length, 0: first }) => ({
        event: 'hostname-limited' as const,
        text: `${hostname} has ${length} ${first?.family === 'ipv6' ? 'IPv6' : 'IPv4'} addresses, more than a mirror should: ${MAX_ADDRESSES} are used`,
      })),
  ];
}

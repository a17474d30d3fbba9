/**
 * Mirrors that are known by name: their addresses are no part of the file, and are put into the zone once they are known.
 */
import type { Address } from '../ip/address.js';
import { readServerAddress } from './addresses.js';
import type { Mirror, Zone } from './model.js';
import { isTextFault } from './text-fault.js';

/** The addresses of host names, as far as they are known. */
export type HostAddresses = ReadonlyMap<string, readonly Address[]>;

/** A name that gives more addresses than this in one family is no mirror's. */
const MAX_ADDRESSES = 16;

/** The host names of the mirrors of some zones, each once. */
export function hostnamesOf(zones: readonly Zone[]): string[] {
  const names = zones.flatMap(({ mirrors }) => mirrors.flatMap(({ hostname }) => hostname ?? []));
  return [...new Set(names)];
}

/**
 * The zone with the addresses of its host names; a mirror whose name is not known has none. An address that another mirror
 * has already stays that mirror's, since one that two claim would get the share of both.
 */
export function withAddresses(zone: Zone, known: HostAddresses): Zone {
  if (zone.mirrors.every(({ hostname }) => hostname === undefined)) return zone;
  const taken = new Set(zone.mirrors.flatMap(({ addresses }) => addresses.map(({ text }) => text)));
  const mirrors = zone.mirrors.map((mirror): Mirror => {
    if (mirror.hostname === undefined) return mirror;
    const addresses = (known.get(mirror.hostname) ?? []).filter(({ text }) => !taken.has(text));
    for (const { text } of addresses) taken.add(text);
    return { ...mirror, addresses };
  });
  return { ...zone, mirrors };
}

/** What of the answer for a name can be the addresses of a server, in a fixed order. */
export function usableAddresses(addresses: readonly Address[]): Address[] {
  const texts = [...new Set(addresses.map(({ text }) => text))].sort().slice(0, MAX_ADDRESSES);
  return texts.flatMap((text) => {
    const address = readServerAddress(text);
    return isTextFault(address) ? [] : address;
  });
}

/** What a zone has at each of its names, before its answers are decided. */
import type { Family } from '../../platform/types.js';
import { TYPE } from '../../wire/codes.js';
import { nsData, soaData } from '../../wire/records.js';
import type { Zone } from '../../zone/model.js';
import type { Answer } from './answers.js';
import { recordData, typeNumber } from './record-data.js';

/** A record of an RRset; `target` is where a CNAME leads. */
export type Rr = { readonly ttl: number; readonly data: Uint8Array; readonly target?: string };

/** The RRsets of one name by type, and the families of the pool there. */
export interface Holdings {
  readonly rrsets: Map<number, readonly Rr[]>;
  readonly families: Set<Family>;
  reflects?: NonNullable<Answer['reflects']>;
}

/**
 * Returns the holdings by name, empty non-terminals included. `families` returns the families in which the pool of an owner
 * name has addresses. `served` are the names of zones inside this one, and `atApex` is what the apex has besides the file's
 * records.
 */
export function collectHoldings(
  zone: Zone,
  families: (owner: string) => readonly Family[],
  served: readonly string[],
  atApex: ReadonlyMap<number, readonly Rr[]>,
): Map<string, Holdings> {
  const holdings = new Map<string, Holdings>();
  // Every name between an owner and the apex exists too, if only empty (RFC 4592 §2.2.2).
  const at = (owner: string): Holdings => {
    const found = holdings.get(owner);
    if (found !== undefined) return found;
    const made: Holdings = { rrsets: new Map(), families: new Set() };
    holdings.set(owner, made);
    if (owner !== zone.name) at(parentOf(owner));
    return made;
  };
  const apex = at(zone.name).rrsets;
  apex.set(TYPE.SOA, [{ ttl: zone.soa.ttl, data: soaData(zone.soa) }]);
  apex.set(
    TYPE.NS,
    zone.ns.map((name) => ({ ttl: zone.soa.ttl, data: nsData(name) })),
  );
  for (const [type, rrs] of atApex) apex.set(type, rrs);
  for (const rrset of zone.records) {
    const type = typeNumber(rrset.type);
    const first = rrset.data[0];
    const target = first?.type === 'CNAME' ? { target: first.target.toLowerCase() } : {};
    at(rrset.owner).rrsets.set(
      type,
      recordData(rrset).map((data) => ({ ttl: rrset.ttl, data, ...target })),
    );
  }
  for (const pool of zone.pools)
    for (const family of families(pool.owner)) at(pool.owner).families.add(family);
  for (const pool of zone.pools) at(pool.owner);
  if (zone.reflect !== undefined) at(zone.reflect).reflects = reflected(zone, families);
  // Names between a zone inside and this apex exist too: NXDOMAIN there would also deny the names of that zone (RFC 8020
  // §2).
  for (const name of served) at(parentOf(name));
  return holdings;
}

/** The name without its first label. */
export function parentOf(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

/** The first pool of the zone that has addresses. */
function reflected(
  zone: Zone,
  families: (owner: string) => readonly Family[],
): NonNullable<Answer['reflects']> {
  for (const { owner } of zone.pools) {
    const [family] = families(owner);
    if (family !== undefined) return { of: { zone: zone.name, owner, family } };
  }
  return {};
}

/** The record of a denial, and how long a denial may be cached. */
import { TYPE } from '../../wire/codes.js';
import { soaData } from '../../wire/records.js';
import type { Soa, Zone } from '../../zone/model.js';
import type { Entry } from './body-writer.js';

/** RFC 2308 §5: a negative answer may be cached for the lesser of the SOA's own TTL and its MINIMUM, in seconds. */
export function negativeTtl({ ttl, minimum }: Soa): number {
  return Math.min(ttl, minimum);
}

/** The SOA record of a zone as it appears in negative answers. */
export function denialOf({ name, soa }: Zone): Entry {
  return {
    owner: { kind: 'name', name },
    type: TYPE.SOA,
    ttl: negativeTtl(soa),
    originalTtl: soa.ttl,
    data: soaData(soa),
    section: 'ns',
  };
}

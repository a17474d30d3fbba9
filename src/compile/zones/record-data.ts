/** Turns a zone's records into wire form: the number of the type and the octets of the data. */

import type { StaticRrset } from '../../zone/model.js';
import { octetsOf, RECORD_FORMS } from '../../zone/record-forms.js';
import { RAW_TYPES } from '../../zone/record-types.js';

/** The number of an RRset's type. The type is a name that zone files may use, or TYPE and a number (RFC 3597 §5). */
export function typeNumber(type: string): number {
  const known = NUMBERS.get(type);
  if (known !== undefined) return known;
  const generic = /^TYPE(\d+)$/.exec(type)?.[1];
  if (generic === undefined) throw new RangeError(`no such record type: ${type}`);
  return Number(generic);
}

const NUMBERS = new Map<string, number>([
  ...Object.entries(RECORD_FORMS).map(([type, { number }]) => [type, number] as const),
  ...Object.entries(RAW_TYPES),
]);

/** The data of each record of an RRset. */
export function recordData(rrset: StaticRrset): readonly Uint8Array[] {
  return rrset.data.map(octetsOf);
}

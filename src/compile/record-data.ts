/** From a zone's records to the wire's: the type's number and the data's octets. */

import { caaData, cnameData, mxData, ptrData, srvData, txtData } from '../wire/records.js';
import type { RecordData, StaticRrset } from '../zone/model.js';
import { RAW_TYPES, WRITTEN_TYPES } from '../zone/record-types.js';

/** The number of an RRset's type: a name that zone files may use, or TYPE and a number (RFC 3597 §5). */
export function typeNumber(type: string): number {
  const known = NUMBERS.get(type);
  if (known !== undefined) return known;
  const generic = /^TYPE(\d+)$/.exec(type)?.[1];
  if (generic === undefined) throw new RangeError(`no such record type: ${type}`);
  return Number(generic);
}

const NUMBERS = new Map<string, number>(Object.entries({ ...WRITTEN_TYPES, ...RAW_TYPES }));

/** The data of each record of an RRset. */
export function recordData(rrset: StaticRrset): readonly Uint8Array[] {
  return rrset.data.map(octetsOf);
}

function octetsOf(data: RecordData): Uint8Array {
  switch (data.type) {
    case 'A':
    case 'AAAA':
      return data.address.bytes;
    case 'CNAME':
      return cnameData(data.target);
    case 'PTR':
      return ptrData(data.target);
    case 'MX':
      return mxData(data.preference, data.exchange);
    case 'TXT':
      return txtData(data.strings);
    case 'CAA':
      return caaData(data.flags, data.tag, data.value);
    case 'SRV':
      return srvData(data.priority, data.weight, data.port, data.target);
    case 'RAW':
      return data.bytes;
  }
}

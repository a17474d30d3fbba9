/**
 * The data of records, encoded once when a zone is compiled. dns2's codec writes data that has a structure. Names in the
 * data are never compressed: RFC 3597 §4 forbids it for newer types, and for the old ones it would save only a few bytes.
 */
import dns2 from 'dns2';
import { CLASS, TYPE } from './codes.js';

/** What the codec takes for one record, other than its owner and TTL. */
type Fields = Omit<Partial<dns2.Packet.Resource>, 'name' | 'type' | 'class' | 'ttl' | 'toBuffer'>;

/** Octets before the data of a record whose owner is the root: name, type, class, TTL, data length. */
const BEFORE_DATA = 11;

export function nsData(name: string): Uint8Array {
  return dataOctets(TYPE.NS, { ns: name });
}

export interface SoaFields {
  readonly mname: string;
  readonly rname: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

export function soaData(soa: SoaFields): Uint8Array {
  return dataOctets(TYPE.SOA, {
    primary: soa.mname,
    admin: soa.rname,
    serial: soa.serial,
    refresh: soa.refresh,
    retry: soa.retry,
    expiration: soa.expire,
    minimum: soa.minimum,
  });
}

/** The answer to ANY: RFC 8482 §4.2, an HINFO whose CPU is "RFC8482" and whose OS is empty. */
export const ANY_DATA: Uint8Array = Uint8Array.from([7, ...Buffer.from('RFC8482'), 0]);

/** The data of a record of any type that dns2 knows, from dns2's fields for it. */
export function dataOctets(type: number, fields: Fields): Uint8Array {
  const record = new dns2.Packet.Resource({ name: '', type, class: CLASS.IN, ttl: 0, ...fields });
  return Uint8Array.from(dns2.Packet.Resource.encode(record).subarray(BEFORE_DATA));
}

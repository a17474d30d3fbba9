/**
 * A pool's addresses as whole records, ready to be copied into an answer: owner (the question's name), type, class, TTL,
 * data length, address. The owner and the TTL are set again for each answer.
 */
import { type PoolTable, RECORD_A, RECORD_AAAA, RECORD_TTL } from '../answer/table.js';
import { CLASS, TYPE } from '../wire/codes.js';
import type { PoolPlan } from './pool-plan.js';

/** The records of all addresses of a plan, in the order of its seats. */
export function poolRecords({ family, seats, ttl }: PoolPlan): Pick<PoolTable, 'records' | 'recordLength'> {
  const addresses = seats.flatMap((seat) => seat.addresses);
  const recordLength = family === 'ipv4' ? RECORD_A : RECORD_AAAA;
  const records = new DataView(new SharedArrayBuffer(addresses.length * recordLength));
  for (const [i, { bytes }] of addresses.entries()) {
    const at = i * recordLength;
    records.setUint16(at, 0xc00c);
    records.setUint16(at + 2, family === 'ipv4' ? TYPE.A : TYPE.AAAA);
    records.setUint16(at + 4, CLASS.IN);
    records.setUint32(at + RECORD_TTL, ttl);
    records.setUint16(at + RECORD_TTL + 4, bytes.length);
    for (const [j, byte] of bytes.entries()) records.setUint8(at + recordLength - bytes.length + j, byte);
  }
  return { records, recordLength };
}

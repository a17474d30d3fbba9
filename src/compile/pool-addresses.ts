/**
 * A pool's addresses as answering takes them: octets in network order, one address behind the other.
 */
import type { PoolTable } from '../answer/table.js';
import type { Arena } from './arena.js';
import type { PoolPlan } from './pool-plan.js';

/** All addresses of a plan, in the order of its seats. */
export function poolAddresses(
  { family, seats }: Pick<PoolPlan, 'family' | 'seats'>,
  arena: Arena,
): Pick<PoolTable, 'addresses' | 'addressLength'> {
  const octets = arena.bytes(seats.flatMap((seat) => seat.addresses.flatMap(({ bytes }) => [...bytes])));
  return {
    addresses: new DataView(octets.buffer, octets.byteOffset, octets.length),
    addressLength: family === 'ipv4' ? 4 : 16,
  };
}

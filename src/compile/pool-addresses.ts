/**
 * A pool's addresses as answering takes them: octets in network order, one address behind the other.
 */
import type { PoolTable } from '../answer/table.js';
import type { PoolPlan } from './pool-plan.js';
import { sharedBytes } from './shared-memory.js';

/** All addresses of a plan, in the order of its seats. */
export function poolAddresses({
  family,
  seats,
}: Pick<PoolPlan, 'family' | 'seats'>): Pick<PoolTable, 'addresses' | 'addressLength'> {
  const octets = seats.flatMap((seat) => seat.addresses.flatMap(({ bytes }) => [...bytes]));
  return { addresses: new DataView(sharedBytes(octets).buffer), addressLength: family === 'ipv4' ? 4 : 16 };
}

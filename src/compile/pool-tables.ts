/**
 * What answering needs of the pools: their rules, addresses and geographies as numbers in memory that all threads share.
 * Pools of one kind of number lie back to back, since with a thousand of them each memory of its own would cost a page.
 */
import { catchmentCount } from '../answer/catchments.js';
import { poolStateWords } from '../answer/pool-state.js';
import type { PoolTable } from '../answer/table.js';
import type { Geography } from './geography.js';
import type { PoolPlan } from './pool-plan.js';

/** Counters of all pools together: a status report adds them up for every worker, and lists them. */
const ALL_COUNTERS = 1 << 16;

export interface PoolTables {
  readonly pools: readonly PoolTable[];
  /** Room for the state of all pools: zeros. */
  readonly state: Int32Array;
}

/** The tables of all pools. */
export function layOutPools(plans: readonly PoolPlan[], geographies: readonly Geography[]): PoolTables {
  const candidates = plans.reduce((sum, { seats }) => sum + seats.length, 0);
  const octetsOf = ({ seats }: PoolPlan): number =>
    seats.reduce(
      (sum, { addresses }) => sum + addresses.reduce((own, { bytes }) => own + bytes.length, 0),
      0,
    );
  const weights = new Float64Array(new SharedArrayBuffer(candidates * 8));
  const byWeight = new Uint32Array(new SharedArrayBuffer(candidates * 4));
  const firsts = new Uint32Array(new SharedArrayBuffer((candidates + plans.length) * 4));
  const octets = new Uint8Array(new SharedArrayBuffer(plans.reduce((sum, plan) => sum + octetsOf(plan), 0)));
  let candidate = 0;
  let first = 0;
  let octet = 0;
  let stateAt = 0;
  const pools = plans.map((plan): PoolTable => {
    const { zone, owner, family, seats, answers, maxShare, ttl } = plan;
    const geography = geographies[plan.geography];
    if (geography === undefined) throw new RangeError(`the pool ${owner} has no geography`);
    const own = {
      weights: weights.subarray(candidate, candidate + seats.length),
      byWeight: byWeight.subarray(candidate, candidate + seats.length),
      firstAddress: firsts.subarray(first, first + seats.length + 1),
      addresses: new DataView(octets.buffer, octet, octetsOf(plan)),
      stateAt,
    };
    let addresses = 0;
    for (const [i, seat] of seats.entries()) {
      own.weights[i] = seat.weight;
      own.firstAddress[i] = addresses;
      addresses += seat.addresses.length;
      for (const { bytes } of seat.addresses) {
        octets.set(bytes, octet);
        octet += bytes.length;
      }
    }
    own.firstAddress[seats.length] = addresses;
    own.byWeight.set([...seats.keys()].sort((a, b) => (own.weights[b] ?? 0) - (own.weights[a] ?? 0)));
    candidate += seats.length;
    first += seats.length + 1;
    stateAt += poolStateWords(addresses);
    const { table, catchments } = geography;
    return {
      ...table,
      name: { zone, owner, family },
      counted: countersOf(geography, plans.length),
      catchments,
      answers,
      maxShare,
      ttl,
      addressLength: family === 'ipv4' ? 4 : 16,
      ...own,
    };
  });
  return { pools, state: new Int32Array(new SharedArrayBuffer(stateAt * 4)) };
}

/** How many counters each of `pools` pools with this geography has: one for each catchment, or one for all of them. */
function countersOf({ catchments }: Geography, pools: number): number {
  const count = catchmentCount(catchments);
  return count <= ALL_COUNTERS / pools ? count : 1;
}

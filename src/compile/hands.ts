/**
 * What each mirror of a pool brings to the table, given how its addresses stand: a mirror stands as its best address
 * does, and only its addresses that stand so are answered.
 */
import type { Standing } from '../select/health-view.js';
import type { PoolPlan } from './pool-plan.js';

export interface Hand {
  readonly standing: Standing;
  /** The numbers of the records that may be answered for it; they count through the pool's seats. */
  readonly records: readonly number[];
}

const BEST_FIRST: readonly Standing[] = ['up', 'down', 'new', 'off'];

/** The hand of each seat; `standing` is by address, in the order of the seats. */
export function seatHands({ seats }: Pick<PoolPlan, 'seats'>, standing: readonly Standing[]): Hand[] {
  let record = 0;
  return seats.map(({ addresses }) => {
    const own = addresses.map(() => ({ record, standing: standing[record++] ?? 'off' }));
    const best = BEST_FIRST.find((wanted) => own.some((address) => address.standing === wanted)) ?? 'off';
    return {
      standing: best,
      records: own.filter((address) => address.standing === best).map((address) => address.record),
    };
  });
}

/** The seats whose hands differ. */
export function changedSeats(before: readonly Hand[], after: readonly Hand[]): number[] {
  return after.flatMap((hand, seat) => {
    const old = before[seat];
    const same = old?.standing === hand.standing && old.records.join() === hand.records.join();
    return same ? [] : [seat];
  });
}

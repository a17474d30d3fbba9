/**
 * What each mirror of a pool brings to the table, given how its addresses stand: a mirror stands as its best address
 * does, and only its addresses that stand so are answered.
 */
import type { Standing } from '../select/health-view.js';
import { GROWN } from '../select/slow-start.js';
import type { PoolPlan } from './pool-plan.js';

/** Cards hold numbers of records of 16 bits. */
const MOST_RECORDS = 1 << 16;

export interface Hand {
  readonly standing: Standing;
  /** The numbers of the records that may be answered for it; they count through the pool's seats. */
  readonly records: readonly number[];
  /** How far it has grown since it came back, 1 to 10. */
  readonly growth: number;
}

const BEST_FIRST: readonly Standing[] = ['up', 'down', 'new', 'off'];

/** The hand of each seat; `standing` and `growth` are by address, in the order of the seats. */
export function seatHands(
  { seats }: Pick<PoolPlan, 'seats'>,
  standing: readonly Standing[],
  growth?: readonly number[],
): Hand[] {
  let record = 0;
  return seats.map(({ addresses }) => {
    const own = addresses.map(() => ({ record, standing: standing[record++] ?? 'off' }));
    const best = BEST_FIRST.find((wanted) => own.some((address) => address.standing === wanted)) ?? 'off';
    const records = own.filter((address) => address.standing === best).map((address) => address.record);
    // It has grown as far as the address that has been back for longest.
    const grown =
      best === 'up' && growth !== undefined
        ? Math.max(...records.map((number) => growth[number] ?? GROWN))
        : GROWN;
    return { standing: best, records, growth: grown };
  });
}

/** The seats whose hands differ. */
export function changedSeats(before: readonly Hand[], after: readonly Hand[]): number[] {
  return after.flatMap((hand, seat) => {
    const old = before[seat];
    const same =
      old?.standing === hand.standing &&
      old.growth === hand.growth &&
      old.records.join() === hand.records.join();
    return same ? [] : [seat];
  });
}

/** Flags, by record, for all that may not be answered while there are others: those of nobody who is up. */
export function unfitRecords(hands: readonly Hand[]): Uint8Array {
  const unfit = new Uint8Array(MOST_RECORDS).fill(1);
  for (const { standing, records } of hands) {
    if (standing === 'up') for (const record of records) unfit[record] = 0;
  }
  return unfit;
}

/**
 * What each mirror of a pool brings to the table, given how its addresses stand: a mirror stands as its best address
 * does, and only its addresses that stand so are answered.
 */
import type { Standing } from '../select/health-view.js';
import { GROWN } from '../select/slow-start.js';
import type { PoolPlan } from './pool-plan.js';

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

/** Flags, by record, for those that were answered before and are not after. */
export function goneRecords(before: readonly Hand[], after: readonly Hand[]): Uint8Array {
  const answered = (hands: readonly Hand[]): number[] =>
    hands.flatMap(({ standing, records }) => (standing === 'up' ? records : []));
  const gone = new Uint8Array(1 + Math.max(0, ...before.map(({ records }) => Math.max(0, ...records))));
  for (const record of answered(before)) gone[record] = 1;
  for (const record of answered(after)) gone[record] = 0;
  return gone;
}

/** What health leaves of bands, as the oracle of rows has it. */
import type { Band, Tier } from '../../../src/select/band-list.js';
import type { AddressState } from '../../../src/select/health-view.js';
import { GROWN } from '../../../src/select/slow-start.js';

export interface UpBands {
  /** The members that count as up; empty bands are gone. */
  readonly bands: readonly UpBand[];
  /** All of this client's candidates are down, and so count as up. */
  readonly panic: boolean;
}

/** What health has left of a band. */
export interface UpBand {
  readonly tier: Tier;
  readonly members: readonly number[];
}

/**
 * Takes out of a client's bands what is not up. `state` is by candidate. Where nobody is up, the down ones count as
 * up; where there are none of those either, the new ones. What is off stays out, so the bands may come out empty. Bands
 * behind those that have `enough` members are not looked at; by `growth`, those that still grow do not count for that.
 */
export function upBands(
  bands: readonly Band[],
  state: readonly AddressState[],
  enough = Infinity,
  growth?: readonly number[],
): UpBands {
  const up = thoseWho(bands, state, 'up', enough, growth);
  if (up.length > 0) return { bands: up, panic: false };
  const down = thoseWho(bands, state, 'down', enough);
  if (down.length > 0) return { bands: down, panic: true };
  const fresh = thoseWho(bands, state, 'new', enough);
  return { bands: fresh, panic: fresh.length > 0 };
}

function thoseWho(
  bands: readonly Band[],
  state: readonly AddressState[],
  wanted: AddressState,
  enough: number,
  growth?: readonly number[],
): UpBand[] {
  const left: UpBand[] = [];
  let found = 0;
  for (const band of bands) {
    if (found >= enough) break;
    const members: number[] = [];
    for (const member of band.members) if (state[member] === wanted) members.push(member);
    if (members.length > 0) left.push({ tier: band.tier, members });
    found +=
      growth === undefined ? members.length : members.filter((member) => growth[member] === GROWN).length;
  }
  return left;
}

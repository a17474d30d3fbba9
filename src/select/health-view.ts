/**
 * What health means to a selection: which addresses may be answered, and when the probes are doubted instead of the
 * mirrors. A pool never answers an empty RRset because its probes fail, and an override holds whatever happens.
 */
import type { Verdict } from '../facts.js';

/** One address of a pool and family. */
export interface AddressHealth {
  readonly state: Verdict;
  /** An operator has disabled it over the control socket. */
  readonly overridden: boolean;
  /** 0: disabled in the zone file. */
  readonly weight: number;
  /** New at a reload, and no probe of it has succeeded yet. */
  readonly pending: boolean;
}

/**
 * What an address may be used for:
 * `up` in answers; `down` only for a client that has no `up` one; `new` only for a client that has no `down` one either;
 * `off` never.
 */
export type Standing = 'up' | 'down' | 'new' | 'off';

export interface Availability {
  /** The probes of this pool and family are doubted: whatever is judged counts as up. */
  readonly panic: boolean;
  /** By address, as they were given. */
  readonly standing: readonly Standing[];
  /** By address, the step of those that came back a short while ago, 1 to 10; absent: all are grown. */
  readonly growth?: readonly number[];
  /** By address, the seconds that an answer it bears on may be kept; absent: the TTL. */
  readonly lifetimes?: readonly number[];
}

/**
 * The standing of a pool's addresses of one family. Panic is when fewer than `threshold` (0 to 1) of those enabled are
 * up, or none. An address that is off is not counted. Nor is a pending one, unless the family has no other: then all is
 * as at a cold start, and unknown counts as up there as everywhere.
 */
export function availability(addresses: readonly AddressHealth[], threshold: number): Availability {
  const enabled = addresses.filter(isEnabled);
  const allPending = enabled.every(({ pending }) => pending);
  const judged = enabled.filter(({ pending }) => allPending || !pending);
  const up = judged.filter(({ state }) => state !== 'down').length;
  // Divided, not multiplied: 7 / 100 < 0.07 is false, 7 < 0.07 * 100 is true.
  const panic = judged.length > 0 && (up === 0 || up / judged.length < threshold);
  const standing = addresses.map((address): Standing => {
    if (!isEnabled(address)) return 'off';
    if (address.pending && !allPending) return 'new';
    return panic || address.state !== 'down' ? 'up' : 'down';
  });
  return { panic, standing };
}

function isEnabled({ overridden, weight }: AddressHealth): boolean {
  return !overridden && weight > 0;
}

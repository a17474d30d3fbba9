/**
 * From bands to shares: the steps that follow every verdict, in the order in which they must be taken. The compiler
 * takes them for each catchment, and `explain` for one client, so that both say the same.
 */
import type { Band } from '../../../src/select/band-list.js';
import type { AddressState } from '../../../src/select/health-view.js';
import { inclusion, type Shares } from './shares.js';
import { upBands } from './up-bands.js';

export interface SelectionQuestion {
  /** As formed, whatever the health. */
  readonly bands: readonly Band[];
  /** By candidate. */
  readonly state: readonly AddressState[];
  readonly weights: readonly number[];
  /** By candidate, 1 to 10; absent: all are grown. */
  readonly growth?: readonly number[];
  readonly answers: number;
  readonly maxShare: number;
}

export interface Selection extends Shares {
  /** All of this client's candidates are down, and so count as up. */
  readonly panic: boolean;
}

/** The inclusion probabilities for the clients that see these bands. */
export function selectFrom(question: SelectionQuestion): Selection {
  const { bands, state, growth, weights, answers, maxShare } = question;
  const up = upBands(bands, state, enoughFor(answers, maxShare), growth);
  const shares = { bands: up.bands, weights, answers, maxShare };
  return { panic: up.panic, ...inclusion(growth === undefined ? shares : { ...shares, growth }) };
}

/**
 * With so many mirrors no other is needed, and none would change a thing: they fill the answer at the wanted cap, since
 * enough × n × max_share ≥ n, and the cap is not raised, since 1 / enough ≤ max_share. In a pool of thousands that spares
 * looking at nearly all of them.
 */
export function enoughFor(answers: number, maxShare: number): number {
  return Math.max(answers, Math.ceil(1 / maxShare));
}

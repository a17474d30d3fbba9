/**
 * What the main thread, a world's builder and its dealer say to each other.
 */
import type { PoolChange } from '../answer/table.js';
import type { Standing } from '../select/health-view.js';
import type { Geography } from './geography.js';
import type { PoolPlan } from './pool-plan.js';

/** From the builder to the dealer. */
export interface DealerStart {
  readonly pools: readonly PoolPlan[];
  readonly geographies: readonly Geography[];
}

/** The standing of each address of a pool, in the order of its seats. */
export interface PoolStanding {
  readonly number: number;
  readonly standing: readonly Standing[];
  /** As in Availability. */
  readonly growth?: readonly number[];
  readonly lifetimes?: readonly number[];
}

export interface DealRequest {
  readonly ticket: number;
  readonly standings: readonly PoolStanding[];
}

export interface Dealt {
  readonly ticket: number;
  /** Those pools whose tables are new. */
  readonly changes: readonly PoolChange[];
  /**
   * `taken` comes first, or at once `drawn`, which comes last: all that followed from the request is drawn. In between,
   * `bridged` says that the dead have left where they had not yet.
   */
  readonly step: 'taken' | 'bridged' | 'drawn';
}

/**
 * What health means for selection: which addresses may be answered, and when the probes are ignored instead of the
 * mirrors. A pool never answers an empty RRset because its probes fail, and an override always applies.
 */
import type { PanicAction, Verdict } from '../platform/types.js';

/** One address of a pool and family. */
export interface AddressHealth {
  readonly state: Verdict;
  /** An operator has disabled it over the control socket. */
  readonly overridden: boolean;
  /** 0: disabled in the zone file. */
  readonly weight: number;
  /** It was new at a reload, and no probe of it has succeeded yet. */
  readonly pending: boolean;
  readonly backup: boolean;
  /** The mirror itself asks to be in no answer. */
  readonly drained: boolean;
}

/**
 * When an address may be answered:
 * `up`: always; `down`: only to a client that has no `up` one; `new`, which includes drained ones: only to a client that has
 * no `down` one either;
 * `off`: never.
 */
export type AddressState = 'up' | 'down' | 'new' | 'off';

export interface Availability {
  /** The probes of this pool and family are ignored: its panic action applies. */
  readonly panic: boolean;
  /** By address, in the given order. */
  readonly states: readonly AddressState[];
  /** By address: the step of slow start, 1 to 10. Absent: all are fully grown. */
  readonly growth?: readonly number[];
  /** By address: a factor for the weight and cap of its mirror, above 0, at most 1. Absent: 1. */
  readonly factors?: readonly number[];
  /** By address: the most seconds that an answer which depends on it may be cached. Absent: the TTL. */
  readonly lifetimes?: readonly number[];
}

/** What determines the state of an address, as bits. */
export const FACT = { ENABLED: 1, PENDING: 2, DOWN: 4, BACKUP: 8, DRAINED: 16 } as const;
/** How many combinations of facts there are. */
const FACTS = 32;

/** The facts of an address in the pool, as these bits. */
export function factsOf({ state, overridden, weight, pending, backup, drained }: AddressHealth): number {
  return (
    (!overridden && weight > 0 ? FACT.ENABLED : 0) |
    (pending ? FACT.PENDING : 0) |
    (state === 'down' ? FACT.DOWN : 0) |
    (backup ? FACT.BACKUP : 0) |
    (drained ? FACT.DRAINED : 0)
  );
}

/** How many addresses of a pool have each combination of facts. It can be kept up to date when one address changes. */
export type FactCounts = Uint32Array;

export function countFacts(all: Iterable<number> = []): FactCounts {
  const counts = new Uint32Array(FACTS);
  for (const facts of all) counts[facts] = (counts[facts] ?? 0) + 1;
  return counts;
}

/** Whether any address can be answered, whatever the probes say. */
export function isAnswered(counts: FactCounts): boolean {
  return counts.some((count, facts) => count > 0 && (facts & FACT.ENABLED) !== 0);
}

/** What the states of all addresses of a pool and family depend on. */
export interface PoolMode {
  readonly panic: boolean;
  /** All enabled ones are pending. */
  readonly allPending: boolean;
}

/**
 * The mode of a pool's addresses of one family. It is in panic if fewer than `threshold` (0 to 1) of the enabled addresses
 * are up, or none. Addresses that are off are not counted. Pending ones are not counted either, unless the family has no
 * others: that is like a cold start, where unknown counts as up, as everywhere. Drained ones are not counted: the mirror
 * itself asked for that.
 */
export function modeOf(counts: FactCounts, threshold: number): PoolMode {
  const of = (facts: number): number =>
    (counts[FACT.ENABLED | facts] ?? 0) + (counts[FACT.ENABLED | FACT.BACKUP | facts] ?? 0);
  const allPending = of(0) + of(FACT.DOWN) === 0;
  const among = allPending ? FACT.PENDING : 0;
  const up = of(among);
  const counted = up + of(among | FACT.DOWN);
  // Division, not multiplication: 7 / 100 < 0.07 is false, 7 < 0.07 * 100 is true.
  return { panic: counted > 0 && (up === 0 || up / counted < threshold), allPending };
}

/**
 * The state of an address with these facts in a pool of that mode, which does `action` in panic. If the action is not
 * `answer`, all addresses are down in panic, except that with `backup` those backups that are up stay up. A client without
 * other candidates then gets the same as one whose candidates are all down while the pool is not in panic.
 */
export function stateIn({ panic, allPending }: PoolMode, facts: number, action: PanicAction): AddressState {
  if ((facts & FACT.ENABLED) === 0) return 'off';
  if ((facts & FACT.DRAINED) !== 0) return 'new';
  if ((facts & FACT.PENDING) !== 0 && !allPending) return 'new';
  const isUp = (facts & FACT.DOWN) === 0;
  if (!panic) return isUp ? 'up' : 'down';
  if (action === 'answer') return 'up';
  return action === 'backup' && isUp && (facts & FACT.BACKUP) !== 0 ? 'up' : 'down';
}

/** The states of all of a pool's addresses, by their facts. */
export function availability(
  all: readonly number[],
  threshold: number,
  action: PanicAction = 'answer',
): Availability {
  const mode = modeOf(countFacts(all), threshold);
  return { panic: mode.panic, states: all.map((facts) => stateIn(mode, facts, action)) };
}

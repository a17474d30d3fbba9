/**
 * What health means to a selection: which addresses may be answered, and when the probes are ignored instead of the
 * mirrors. A pool never answers an empty RRset because its probes fail, and an override holds whatever happens.
 */
import type { PanicAction, Verdict } from '../platform/types.js';

/** One address of a pool and family. */
export interface AddressHealth {
  readonly state: Verdict;
  /** An operator has disabled it over the control socket. */
  readonly overridden: boolean;
  /** 0: disabled in the zone file. */
  readonly weight: number;
  /** New at a reload, and no probe of it has succeeded yet. */
  readonly pending: boolean;
  readonly backup: boolean;
  /** It asks by itself to be in no answer. */
  readonly drained: boolean;
}

/**
 * What an address may be used for:
 * `up` in answers; `down` only for a client that has no `up` one; `new`, which drained ones are too, only for a client that has
 * no `down` one either;
 * `off` never.
 */
export type AddressState = 'up' | 'down' | 'new' | 'off';

export interface Availability {
  /** The probes of this pool and family are ignored: what its pool does in panic is done. */
  readonly panic: boolean;
  /** By address, as they were given. */
  readonly states: readonly AddressState[];
  /** By address, the step of those that came back a short while ago, 1 to 10; absent: all are grown. */
  readonly growth?: readonly number[];
  /** By address, what the weight and cap of its mirror are multiplied by, above 0, at most 1; absent: nothing. */
  readonly factors?: readonly number[];
  /** By address, the seconds that an answer it bears on may be kept; absent: the TTL. */
  readonly lifetimes?: readonly number[];
}

/** What decides how an address stands, as bits. */
export const FACT = { ENABLED: 1, PENDING: 2, DOWN: 4, BACKUP: 8, DRAINED: 16 } as const;
/** How many different facts there are. */
const FACTS = 32;

/** What an address that is in the pool is, by these bits. */
export function factsOf({ state, overridden, weight, pending, backup, drained }: AddressHealth): number {
  return (
    (!overridden && weight > 0 ? FACT.ENABLED : 0) |
    (pending ? FACT.PENDING : 0) |
    (state === 'down' ? FACT.DOWN : 0) |
    (backup ? FACT.BACKUP : 0) |
    (drained ? FACT.DRAINED : 0)
  );
}

/** How many addresses of a pool have which facts, by these. Whoever keeps it need not count again when one changes. */
export type FactCounts = Uint32Array;

export function countFacts(all: Iterable<number> = []): FactCounts {
  const counts = new Uint32Array(FACTS);
  for (const facts of all) counts[facts] = (counts[facts] ?? 0) + 1;
  return counts;
}

/** Whether anybody can be answered, whatever probes say. */
export function isAnswered(counts: FactCounts): boolean {
  return counts.some((count, facts) => count > 0 && (facts & FACT.ENABLED) !== 0);
}

/** What of a pool and family bears on each of its addresses. */
export interface PoolMode {
  readonly panic: boolean;
  /** All that are enabled are pending. */
  readonly allPending: boolean;
}

/**
 * The mode of a pool's addresses of one family. Panic is when fewer than `threshold` (0 to 1) of those enabled are
 * up, or none. An address that is off is not counted. Nor is a pending one, unless the family has no other: then all is
 * as at a cold start, and unknown counts as up there as everywhere. A drained one is not counted either: it says so itself.
 */
export function modeOf(counts: FactCounts, threshold: number): PoolMode {
  const of = (facts: number): number =>
    (counts[FACT.ENABLED | facts] ?? 0) + (counts[FACT.ENABLED | FACT.BACKUP | facts] ?? 0);
  const allPending = of(0) + of(FACT.DOWN) === 0;
  const among = allPending ? FACT.PENDING : 0;
  const up = of(among);
  const counted = up + of(among | FACT.DOWN);
  // Divided, not multiplied: 7 / 100 < 0.07 is false, 7 < 0.07 * 100 is true.
  return { panic: counted > 0 && (up === 0 || up / counted < threshold), allPending };
}

/**
 * How an address with these facts stands in a pool of that mode, which does `action` in panic. Where that is not to answer
 * all, they are down in panic, all but those backups that are up: what comes of it for a client who has nobody else is the
 * same as for one whose candidates are all down while the pool is not in panic.
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

/** How all of a pool's addresses with these facts stand. */
export function availability(
  all: readonly number[],
  threshold: number,
  action: PanicAction = 'answer',
): Availability {
  const mode = modeOf(countFacts(all), threshold);
  return { panic: mode.panic, states: all.map((facts) => stateIn(mode, facts, action)) };
}

/**
 * How long the answers of each deck may be kept: the pool's TTL, or less where a mirror that bears on them may soon turn.
 */
import { DECK } from '../answer/table.js';
import type { Standing } from '../select/health-view.js';
import { type Catchments, isAmong } from './catchment-store.js';
import type { PoolPlan } from './pool-plan.js';

/** The seats that may change soon, by how soon: the soonest first. */
export interface Hurry {
  readonly seconds: number;
  /** By seat. */
  readonly flags: Uint8Array;
}

/** Those among the seats whose addresses' `lifetimes`, in seconds, are below the TTL. */
export function hurriesOf(
  { seats, ttl }: PoolPlan,
  standing: readonly Standing[],
  lifetimes: readonly number[] = [],
): readonly Hurry[] {
  const bySeconds = new Map<number, Uint8Array>();
  if (lifetimes.length === 0) return [];
  let record = 0;
  for (const [seat, { addresses }] of seats.entries()) {
    for (let i = 0; i < addresses.length; i++, record++) {
      const seconds = lifetimes[record] ?? ttl;
      if (seconds >= ttl || standing[record] === 'off') continue;
      const flags = bySeconds.get(seconds) ?? new Uint8Array(seats.length);
      flags[seat] = 1;
      bySeconds.set(seconds, flags);
    }
  }
  return [...bySeconds].map(([seconds, flags]) => ({ seconds, flags })).sort((a, b) => a.seconds - b.seconds);
}

/** A pool's catchments and, by catchment, its deck and how many of its bands were looked at. */
interface DealtCatchments {
  readonly catchments: Catchments;
  readonly dealt: Uint32Array;
  readonly reaches: Uint32Array;
}

/** Writes into the words of decks the TTL that the soonest change of anybody in reach of their catchments leaves. */
export function timeDecks(
  decks: Uint32Array,
  { catchments, dealt, reaches }: DealtCatchments,
  ttl: number,
  hurries: readonly Hurry[],
): void {
  for (let at = DECK.TTL; at < decks.length; at += DECK.WORDS) decks[at] = ttl;
  if (hurries.length === 0) return;
  for (const [catchment, deck] of dealt.entries()) {
    const at = deck * DECK.WORDS + DECK.TTL;
    const reach = reaches[catchment] ?? 0;
    const soonest = hurries.find(({ flags }) => isAmong(catchments, catchment, reach, flags));
    if (soonest !== undefined) decks[at] = Math.min(decks[at] ?? ttl, soonest.seconds);
  }
}

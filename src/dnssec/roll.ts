/**
 * Rolling a zone's key to the next. Both are in the DNSKEY set, and sign it, from when the next one is published until the
 * old one is removed; what else is signed changes hands when all caches have the set of both, and the old one is removed
 * when no cache has a DS set, or a signature, that needs it.
 */
import { HOUR_MS } from '../platform/time.js';
import { keyStateAt } from './key-times.js';
import type { KeyTimes, ZoneKey, ZoneKeys } from './keys.js';

/** So far the clocks of name servers may be wrong. */
const CLOCK_ERROR = HOUR_MS;

/** What decides the times of a roll; milliseconds. */
export interface RollSpans {
  /** The longest TTL in the zone, its DNSKEY set's included. */
  readonly longestTtl: number;
  /** The TTL of the DS set at the parent. */
  readonly dsTtl: number;
  /** In which all name servers get the file. */
  readonly copying: number;
  /** In which the DS at the parent is changed, from when the old one may go. */
  readonly changing: number;
}

/** The keys with the next one, which `makeKey` makes for its times. A key that was removed is left out. */
export function rollKeys(
  keys: ZoneKeys,
  now: number,
  { longestTtl, dsTtl, copying, changing }: RollSpans,
  makeKey: (times: KeyTimes) => ZoneKey,
): ZoneKeys {
  const { signing } = keyStateAt(keys, now);
  // RFC 7583 §3.2.1: all caches have the new DNSKEY set a TTL after the last server has it.
  const activate = now + copying + longestTtl;
  // And no signature of the old key a TTL after the last server makes none with it (§3.2.1), nor a DS set without the new
  // one a TTL after the parent has it (§3.3.3).
  const remove = activate + Math.max(copying + longestTtl, changing + dsTtl + CLOCK_ERROR);
  const next = makeKey({ publish: now, activate, retire: Infinity, remove: Infinity });
  const [first, ...more] = keys.keys.flatMap((key) =>
    key === signing ? { ...key, retire: activate, remove } : key.remove > now ? key : [],
  );
  return { ...keys, keys: first === undefined ? [next] : [first, ...more, next] };
}

/** When the parent must have the DS of its successor, and no later, before a retired key is removed. */
export function parentDeadline({ remove }: ZoneKey, dsTtl: number): number {
  return remove - dsTtl - CLOCK_ERROR;
}

/** The key that is published to sign next; undefined where there is none. */
export function nextKeyOf({ keys }: ZoneKeys, now: number): ZoneKey | undefined {
  return keys.find(({ publish, activate }) => publish <= now && now < activate);
}

/** The keys that sign no data any more, and go. */
export function retiredKeysOf({ keys }: ZoneKeys, now: number): readonly ZoneKey[] {
  return keys.filter(({ retire, remove }) => retire <= now && now < remove);
}

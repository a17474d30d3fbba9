/**
 * Rolling a zone's key to the next. Both keys are in the DNSKEY set and sign it, from when the next one is published until
 * the old one is removed. The next key takes over signing everything else once all caches have the set with both. The old
 * key is removed once no cache has a DS set or a signature that needs it.
 */
import { DAY_MS, HOUR_MS } from '../platform/time.js';
import { isRemoved, keyStateAt } from './key-times.js';
import type { KeyTimes, ZoneKey, ZoneKeys } from './keys.js';

/** How far the clocks of name servers may be off. */
const CLOCK_ERROR = HOUR_MS;

/** The TTL of DS records at most parents. */
const USUAL_DS_TTL = DAY_MS;

/** What the times of a roll follow from, in milliseconds. */
export interface RollSpans {
  /** The longest TTL in the zone, that of the DNSKEY set included. */
  readonly longestTtl: number;
  /** The TTL of the DS set at the parent. */
  readonly dsTtl: number;
  /** The time within which all name servers get the file. */
  readonly copying: number;
  /** The time for changing the DS at the parent, counted from when the old one may go. */
  readonly changing: number;
}

/**
 * The keys and the next one, which `makeKey` makes for its times. Keys that were removed are left out, up to the first
 * that was not: each key must retire when the one after it is activated.
 */
export function rollKeys(
  keys: ZoneKeys,
  now: number,
  { longestTtl, dsTtl, copying, changing }: RollSpans,
  makeKey: (times: KeyTimes) => ZoneKey,
): ZoneKeys {
  const { signing } = keyStateAt(keys, now);
  const { withdrawn = Infinity } = keys;
  // RFC 7583 §3.2.1: all caches have the new DNSKEY set one TTL after the last server has it.
  const activate = now + copying + longestTtl;
  // Signatures by the old key are gone from caches one TTL after the last server stops making them (§3.2.1), and DS sets
  // without the new DS one TTL after the parent has it (§3.3.3).
  const remove = activate + Math.max(copying + longestTtl, changing + dsTtl + CLOCK_ERROR);
  const next = makeKey({ publish: now, activate, retire: Infinity, remove: Infinity });
  const [first, ...more] = keys.keys
    .slice(keys.keys.findIndex((key) => key === signing || !isRemoved(key, withdrawn, now)))
    .map((key) => (key === signing ? { ...key, retire: activate, remove } : key));
  return { ...keys, dsTtl, keys: first === undefined ? [next] : [first, ...more, next] };
}

/**
 * The keys without those that wait to sign, so that a roll may start again with another key. The key that signs now goes
 * on; it is in all caches. Undefined if a waiting key might start to sign on a name server that lacks the new file, which
 * takes up to `copying` milliseconds to arrive, or whose clock is ahead. The other servers would not know that key.
 */
export function withoutWaiting(keys: ZoneKeys, now: number, copying: number): ZoneKeys | undefined {
  const { signing } = keyStateAt(keys, now);
  const waiting = keys.keys.filter((key) => key !== signing && key.activate > now);
  if (waiting.some(({ activate }) => activate < now + copying + CLOCK_ERROR)) return undefined;
  const [first, ...more] = keys.keys.flatMap((key) => {
    if (key === signing) return { ...key, retire: Infinity, remove: Infinity };
    return waiting.includes(key) ? [] : key;
  });
  return first && { ...keys, keys: [first, ...more] };
}

/** The TTL of the parent's DS set, in milliseconds. */
export function dsTtlOf({ dsTtl = USUAL_DS_TTL }: Pick<ZoneKeys, 'dsTtl'>): number {
  return dsTtl;
}

/** The latest time for the successor's DS to be at the parent, before a key is removed. Infinity: the key stays. */
export function parentDeadline({ remove }: ZoneKey, keys: Pick<ZoneKeys, 'dsTtl'>): number {
  return remove - dsTtlOf(keys) - CLOCK_ERROR;
}

/** What the parent must have before a key is removed. */
export interface ParentDue {
  /** The key that will be removed. */
  readonly old: ZoneKey;
  /** The key whose DS must be there. */
  readonly next: ZoneKey;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * The DS that is due at the parent and has not been seen there yet; undefined if there is none. A DS that was seen too
 * late does not count: caches may have the set without it when the old key is removed. The DS of any later key counts, as
 * all published keys sign the DNSKEY set.
 */
export function dueAtParent(keys: ZoneKeys, now: number): ParentDue | undefined {
  const { withdrawn = Infinity } = keys;
  if (withdrawn <= now) return undefined;
  for (const [i, old] of keys.keys.entries()) {
    const [next, ...later] = keys.keys.slice(i + 1);
    const until = parentDeadline(old, keys);
    if (next === undefined || until === Infinity || now < next.publish || old.remove <= now) continue;
    if ([next, ...later].some(({ dsSeen = Infinity }) => dsSeen <= until)) continue;
    return { old, next, until };
  }
  return undefined;
}

/** The published key that signs next. Undefined if there is none. */
export function nextKeyOf({ keys }: ZoneKeys, now: number): ZoneKey | undefined {
  return keys.find(({ publish, activate }) => publish <= now && now < activate);
}

/** The keys that no longer sign data and will be removed. */
export function retiredKeysOf({ keys, withdrawn = Infinity }: ZoneKeys, now: number): readonly ZoneKey[] {
  return keys.filter((key) => key.retire <= now && !isRemoved(key, withdrawn, now));
}

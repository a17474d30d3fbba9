/**
 * Rolling a zone's key to the next. Both are in the DNSKEY set, and sign it, from when the next one is published until the
 * old one is removed; what else is signed changes hands when all caches have the set of both, and the old one is removed
 * when no cache has a DS set, or a signature, that needs it.
 */
import { DAY_MS, HOUR_MS } from '../platform/time.js';
import { isRemoved, keyStateAt } from './key-times.js';
import type { KeyTimes, ZoneKey, ZoneKeys } from './keys.js';

/** So far the clocks of name servers may be wrong. */
const CLOCK_ERROR = HOUR_MS;

/** What most parents have. */
const USUAL_DS_TTL = DAY_MS;

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

/**
 * The keys with the next one, which `makeKey` makes for its times. Those that were removed are left out, up to the first that
 * was not: each has to retire when the one behind it is activated.
 */
export function rollKeys(
  keys: ZoneKeys,
  now: number,
  { longestTtl, dsTtl, copying, changing }: RollSpans,
  makeKey: (times: KeyTimes) => ZoneKey,
): ZoneKeys {
  const { signing } = keyStateAt(keys, now);
  const { withdrawn = Infinity } = keys;
  // RFC 7583 §3.2.1: all caches have the new DNSKEY set a TTL after the last server has it.
  const activate = now + copying + longestTtl;
  // And no signature of the old key a TTL after the last server makes none with it (§3.2.1), nor a DS set without the new
  // one a TTL after the parent has it (§3.3.3).
  const remove = activate + Math.max(copying + longestTtl, changing + dsTtl + CLOCK_ERROR);
  const next = makeKey({ publish: now, activate, retire: Infinity, remove: Infinity });
  const [first, ...more] = keys.keys
    .slice(keys.keys.findIndex((key) => key === signing || !isRemoved(key, withdrawn, now)))
    .map((key) => (key === signing ? { ...key, retire: activate, remove } : key));
  return { ...keys, dsTtl, keys: first === undefined ? [next] : [first, ...more, next] };
}

/**
 * The keys without those that wait to sign, so that a roll may begin anew with another: the one that signs goes on, and is in
 * all caches. Undefined where one might sign on a name server, whose clock may be ahead, that has no other file yet after
 * `copying` milliseconds: the others would know nothing of that key.
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

/** Of the parent's DS set, in milliseconds. */
export function dsTtlOf({ dsTtl = USUAL_DS_TTL }: Pick<ZoneKeys, 'dsTtl'>): number {
  return dsTtl;
}

/** When the parent must have the DS of its successor, and no later, before a key is removed. Infinity: it never is. */
export function parentDeadline({ remove }: ZoneKey, keys: Pick<ZoneKeys, 'dsTtl'>): number {
  return remove - dsTtlOf(keys) - CLOCK_ERROR;
}

/** What the parent must have before a key is removed. */
export interface ParentDue {
  /** The key that goes. */
  readonly old: ZoneKey;
  /** The one whose DS must be there. */
  readonly next: ZoneKey;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * What nobody has seen at the parent yet, though its time has come; undefined where there is nothing. A DS that was seen too
 * late is none: caches may have the set without it when the old key goes. Any later key's will do, as all that are published
 * sign the DNSKEY set.
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

/** The key that is published to sign next; undefined where there is none. */
export function nextKeyOf({ keys }: ZoneKeys, now: number): ZoneKey | undefined {
  return keys.find(({ publish, activate }) => publish <= now && now < activate);
}

/** The keys that sign no data any more, and go. */
export function retiredKeysOf({ keys, withdrawn = Infinity }: ZoneKeys, now: number): readonly ZoneKey[] {
  return keys.filter((key) => key.retire <= now && !isRemoved(key, withdrawn, now));
}

/**
 * What each of a zone's keys does at a given time. All name servers have the same key file and a clock, so they need not
 * talk to each other. Keys are rolled as in RFC 7583 §3.3.3, where the new KSK's DS may be at the parent before the old
 * one is removed. That suits a combined key: its DNSKEY is in all caches before it signs anything else (§3.2.1).
 */
import type { KeyTimes, ZoneKey, ZoneKeys } from './keys.js';

/** What the keys do at a given time. */
export interface KeyState {
  /** Keys in the DNSKEY set. All of them sign it. */
  readonly published: readonly ZoneKey[];
  /** The key that signs everything else. */
  readonly signing: ZoneKey;
  /** Keys whose DS the parent should have, as CDS and CDNSKEY say. */
  readonly atParent: readonly ZoneKey[];
  /** CDS and CDNSKEY ask for deletion instead (RFC 8078 §4). */
  readonly withdrawn: boolean;
}

/** The state at `now`, in milliseconds since 1970. Before the first key is activated it counts as active already. */
export function keyStateAt({ keys, withdrawn = Infinity }: ZoneKeys, now: number): KeyState {
  const signing = keys.findLast(({ activate }) => activate <= now) ?? keys[0];
  const isPublished = (key: KeyTimes): boolean => key.publish <= now && !isRemoved(key, withdrawn, now);
  return {
    published: keys.filter((key) => key === signing || isPublished(key)),
    signing,
    // A successor's DS may be there as soon as the successor signs the DNSKEY set. A retired key no longer needs its DS.
    atParent: keys.filter((key) => key === signing || (isPublished(key) && now < key.activate)),
    withdrawn: withdrawn <= now,
  };
}

/**
 * Whether a key is no longer in the DNSKEY set. While the parent is asked to remove all DS records, no key is removed: the
 * parent does not get a successor's DS then, and the DS that it still has must match a key.
 */
export function isRemoved({ remove }: Pick<KeyTimes, 'remove'>, withdrawn: number, now: number): boolean {
  return remove <= Math.min(now, withdrawn);
}

/**
 * The keys after the request to the parent is taken back. Keys that were not removed yet are removed later, by as long as
 * the request stood.
 */
export function withoutWithdrawal({ withdrawn = Infinity, ...signed }: ZoneKeys, now: number): ZoneKeys {
  const stood = Math.max(0, now - withdrawn);
  const later = (key: ZoneKey): ZoneKey =>
    isRemoved(key, withdrawn, now) ? key : { ...key, remove: key.remove + stood };
  const [first, ...more] = signed.keys;
  return { ...signed, keys: [later(first), ...more.map(later)] };
}

/** When the state changes next. Infinity: never. */
export function nextKeyChange({ keys, withdrawn = Infinity }: ZoneKeys, now: number): number {
  const times = keys.flatMap(({ publish, activate, retire, remove }) => [publish, activate, retire, remove]);
  return Math.min(...[...times, withdrawn].filter((time) => time > now), Infinity);
}

/** Why keys with these times, in the order in which they sign, can't sign a zone. Undefined if they can. */
export function faultInTimes(keys: readonly (KeyTimes & { readonly tag: number })[]): string | undefined {
  for (const [i, { tag, publish, activate, retire, remove }] of keys.entries()) {
    if (publish > activate || activate >= retire || retire > remove) {
      return `key ${tag}: publish, activate, retire and remove must come in this order`;
    }
    const next = keys[i + 1];
    if (next === undefined && retire !== Infinity) {
      return `key ${tag} retires and no key follows it: from then on nothing would be signed`;
    }
    if (next !== undefined && next.activate !== retire) {
      return `key ${tag} must retire when key ${next.tag} is activated, since there is always exactly one that signs`;
    }
  }
  return undefined;
}

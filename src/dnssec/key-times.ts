/**
 * What a zone's keys are for at a time. All name servers have the same file and a clock, and need no word from each other:
 * a key is rolled as RFC 7583 §3.3.3 has it of a KSK whose DS may be there before the old one goes, which suits a combined
 * key, as its DNSKEY is in all caches before it signs anything else (§3.2.1).
 */
import type { KeyTimes, ZoneKey, ZoneKeys } from './keys.js';

/** What the keys are for at a time. */
export interface KeyState {
  /** In the DNSKEY set, which all of them sign, and what the parent is told. */
  readonly published: readonly ZoneKey[];
  /** Signs all else. */
  readonly signing: ZoneKey;
  /** Whose DS the parent should have, which CDS and CDNSKEY tell it. */
  readonly atParent: readonly ZoneKey[];
  /** CDS and CDNSKEY say delete instead (RFC 8078 §4). */
  readonly withdrawn: boolean;
}

/** At a time in milliseconds since 1970. Before the first key's time it is as if that had come. */
export function keyStateAt({ keys, withdrawn = Infinity }: ZoneKeys, now: number): KeyState {
  const signing = keys.findLast(({ activate }) => activate <= now) ?? keys[0];
  const isPublished = (key: KeyTimes): boolean => key.publish <= now && !isRemoved(key, withdrawn, now);
  return {
    published: keys.filter((key) => key === signing || isPublished(key)),
    signing,
    // A successor's DS may be there as soon as it signs the DNSKEY set; one that is retired has no use for its own.
    atParent: keys.filter((key) => key === signing || (isPublished(key) && now < key.activate)),
    withdrawn: withdrawn <= now,
  };
}

/**
 * Whether a key is no longer in the DNSKEY set. While the parent is asked to take all DS away none goes: nobody gives it the
 * DS of a successor then, and the one that it still has must match a key.
 */
export function isRemoved({ remove }: Pick<KeyTimes, 'remove'>, withdrawn: number, now: number): boolean {
  return remove <= Math.min(now, withdrawn);
}

/** The keys once nobody asks for that any more: what had yet to be removed is by so much later. */
export function withoutWithdrawal({ withdrawn = Infinity, ...signed }: ZoneKeys, now: number): ZoneKeys {
  const stood = Math.max(0, now - withdrawn);
  const later = (key: ZoneKey): ZoneKey =>
    isRemoved(key, withdrawn, now) ? key : { ...key, remove: key.remove + stood };
  const [first, ...more] = signed.keys;
  return { ...signed, keys: [later(first), ...more.map(later)] };
}

/** When it is another next; Infinity: never. */
export function nextKeyChange({ keys, withdrawn = Infinity }: ZoneKeys, now: number): number {
  const times = keys.flatMap(({ publish, activate, retire, remove }) => [publish, activate, retire, remove]);
  return Math.min(...[...times, withdrawn].filter((time) => time > now), Infinity);
}

/** Why no zone can be signed by keys with these times, in the order in which they sign; undefined where one can. */
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

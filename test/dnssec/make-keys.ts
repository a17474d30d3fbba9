/** Keys for tests. */
import {
  type Algorithm,
  newPrivateKey,
  type ZoneKey,
  type ZoneKeys,
  zoneKeyOf,
} from '../../src/dnssec/keys.js';

const NEVER = Infinity;

/** A new key with these times, in milliseconds since 1970; without, it signs now and for ever. */
export function makeKey(
  algorithm: Algorithm = 13,
  [publish = 0, activate = 0, retire = NEVER, remove = NEVER]: readonly number[] = [],
): ZoneKey {
  const key = zoneKeyOf(algorithm, newPrivateKey(algorithm), { publish, activate, retire, remove });
  if (key === undefined) throw new Error('a new key is none');
  return key;
}

/** Keys of a zone that never change. */
export function makeKeys(zone: string, algorithm: Algorithm = 13): ZoneKeys {
  return { zone, keys: [makeKey(algorithm)] };
}

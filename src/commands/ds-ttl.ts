/**
 * The TTL of a zone's DS records at its parent. A roll writes what it counted on into the file of keys, so that all that
 * comes after counts on the same.
 */
import type { ZoneKeys } from '../dnssec/keys.js';
import { GeopoolError } from '../platform/errors.js';
import { LONGEST_TTL } from '../zone/dnssec-key-text.js';
import { readSpan } from './read-span.js';

/** The keys with the TTL that `--ds-ttl` says, or with their own. Throws USAGE where it is no TTL. */
export function withDsTtl(keys: ZoneKeys, text: string | undefined): ZoneKeys {
  if (text === undefined) return keys;
  const dsTtl = readSpan('--ds-ttl', text);
  if (dsTtl > LONGEST_TTL) throw new GeopoolError('USAGE', `--ds-ttl: ${text} is more than a year`);
  return { ...keys, dsTtl };
}

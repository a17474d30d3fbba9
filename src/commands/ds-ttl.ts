/**
 * The TTL of a zone's DS records at its parent. A roll writes the TTL that it assumes into the key file, so that all later
 * steps assume the same.
 */
import type { ZoneKeys } from '../dnssec/keys.js';
import { LONGEST_TTL } from '../zone/dnssec-key-text.js';
import { readSpan } from './read-span.js';

/** The keys with the TTL that `--ds-ttl` gives, or with their own. Throws USAGE if it is not a TTL. */
export function withDsTtl(keys: ZoneKeys, text: string | undefined): ZoneKeys {
  if (text === undefined) return keys;
  return { ...keys, dsTtl: readSpan('--ds-ttl', text, LONGEST_TTL) };
}

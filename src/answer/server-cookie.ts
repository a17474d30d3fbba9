/**
 * Server cookies as in RFC 9018, so that servers of different makes that share a secret accept each other's: version 1, the
 * time when it was made, and SipHash-2-4 over these, the client cookie and the client's address. A client that returns a
 * valid one has been reached at its address before, so it needs none of the measures against forged addresses.
 */
import { CLIENT_COOKIE, type Cookie, WHOLE_COOKIE } from '../wire/cookie.js';
import { sipHash } from '../wire/siphash.js';
import { BANK_WORD, type CookieSecrets, currentBank } from './cookie-secrets.js';
import type { Peer } from './peer.js';

/** What a query's cookie is worth. */
export const COOKIE = {
  /** There is none, or cookies are not in use. */
  NONE: 0,
  /** A client cookie alone: the client has none of ours yet. */
  CLIENT_ONLY: 1,
  /** A server cookie that is not ours, belongs to another client or is too old. */
  INVALID: 2,
  VALID: 3,
} as const;

/** Seconds that a cookie is valid for, and how far its time may lie in the future: RFC 9018 §4.3. */
const LIFETIME = 3600;
const AHEAD = 300;
/** Seconds after which its client gets a new one: RFC 9018 §4.3. */
const RENEW_AFTER = 1800;

/** The words of a cookie (wire/cookie.ts) after the client's two. The hashed message has ADDRESS in place of HASH. */
const WORD = { VERSION: 2, TIME: 3, HASH: 4, ADDRESS: 4 } as const;
/** The first word of a server cookie: version 1 and three reserved octets, which are 0 (RFC 9018 §4.2). */
const VERSION = 1;
const VERSION_MASK = 0xff;
/** In addition to COOKIE: valid, and younger than RENEW_AFTER. */
const FRESH = 4;

/** Where a worker assembles what is hashed, in words: client cookie 2, version 1, time 1, address 1 or 4; then the hash. */
export interface CookieScratch {
  readonly message: Int32Array;
  readonly hash: Int32Array;
}

export function newCookieScratch(): CookieScratch {
  return { message: new Int32Array(8), hash: new Int32Array(2) };
}

/**
 * Returns what the cookie of a query from `peer` is worth (COOKIE), and leaves in `cookie` the server cookie to answer with:
 * the received one if it is valid and young, else a new one. `seconds` are since 1970.
 */
export function examineCookie(
  cookie: Cookie,
  peer: Peer,
  secrets: CookieSecrets,
  seconds: number,
  scratch: CookieScratch,
): number {
  if (cookie.size === 0) return COOKIE.NONE;
  const { words } = cookie;
  const { message } = scratch;
  const bank = currentBank(secrets);
  message[0] = words[0] ?? 0;
  message[1] = words[1] ?? 0;
  const length = WORD.ADDRESS + writeAddress(message, peer);
  let worth: number = COOKIE.CLIENT_ONLY;
  if (cookie.size !== CLIENT_COOKIE) {
    const found = verify(cookie, secrets, bank, seconds, scratch, length);
    if (found === FRESH) return COOKIE.VALID;
    worth = found;
  }
  message[WORD.VERSION] = VERSION;
  message[WORD.TIME] = swapped(seconds);
  sipHash(secrets, bank + BANK_WORD.CURRENT, message, length, words, WORD.HASH);
  words[WORD.VERSION] = VERSION;
  words[WORD.TIME] = message[WORD.TIME] ?? 0;
  return worth;
}

/** Whether the server cookie is VALID, INVALID, or FRESH: valid without need of renewal. */
function verify(
  { size, words }: Cookie,
  secrets: CookieSecrets,
  bank: number,
  seconds: number,
  { message, hash }: CookieScratch,
  length: number,
): number {
  if (size !== WHOLE_COOKIE || ((words[WORD.VERSION] ?? 0) & VERSION_MASK) !== VERSION) return COOKIE.INVALID;
  // RFC 9018 §4.3: times compare as serial numbers do (RFC 1982), which a signed difference implements.
  const age = (seconds - swapped(words[WORD.TIME] ?? 0)) | 0;
  if (age > LIFETIME || age < -AHEAD) return COOKIE.INVALID;
  // RFC 9018 §4.2: reserved octets are hashed as received.
  message[WORD.VERSION] = words[WORD.VERSION] ?? 0;
  message[WORD.TIME] = words[WORD.TIME] ?? 0;
  sipHash(secrets, bank + BANK_WORD.CURRENT, message, length, hash, 0);
  if (sameHash(words, hash)) return age < RENEW_AFTER ? FRESH : COOKIE.VALID;
  if (secrets[bank + BANK_WORD.HAS_OTHER] === 0) return COOKIE.INVALID;
  sipHash(secrets, bank + BANK_WORD.OTHER, message, length, hash, 0);
  // RFC 7873 §7.1: a cookie made with the other secret is valid, and the answer has one made with the current secret.
  return sameHash(words, hash) ? COOKIE.VALID : COOKIE.INVALID;
}

/** Puts the client's address after the fourth word. Returns how many words it has. */
function writeAddress(message: Int32Array, { bytes, offset, ipv6 }: Peer): number {
  const count = ipv6 ? 4 : 1;
  for (let i = 0; i < count; i++) {
    const at = offset + i * 4;
    message[WORD.ADDRESS + i] =
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24);
  }
  return count;
}

function sameHash(words: Int32Array, hash: Int32Array): boolean {
  return (((words[WORD.HASH] ?? 0) ^ (hash[0] ?? 0)) | ((words[WORD.HASH + 1] ?? 0) ^ (hash[1] ?? 0))) === 0;
}

/** The word with its octets reversed: times are in network order, SipHash's words are not. */
function swapped(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

/**
 * The EDNS option of DNS cookies (RFC 7873 §4): eight octets that the client chose, and after them our server cookie, if the
 * client has one. Only the format is handled here; whether a cookie is valid is decided in src/answer.
 */
import { EDNS_OPTION } from './codes.js';

export interface Cookie {
  /** Octets of the option's data as received; 0: there was none; or MALFORMED. */
  size: number;
  /**
   * Little-endian, as SipHash takes them: the client cookie in two words, and the server cookie in four. A server cookie of
   * a length other than ours is not stored.
   */
  readonly words: Int32Array;
}

/** In place of a size: the option has a length that RFC 7873 does not allow. */
export const MALFORMED = -1;
/** Octets of a client cookie alone, and with a server cookie of ours (RFC 9018 §4). */
export const CLIENT_COOKIE = 8;
export const WHOLE_COOKIE = 24;
/** The least and the most octets with a server cookie of any server (RFC 7873 §4). */
const SHORTEST = 16;
const LONGEST = 40;

/** Octets of the option in an answer, including its code and length. */
export const COOKIE_OPTION_LENGTH = 4 + WHOLE_COOKIE;

export function newCookie(): Cookie {
  return { size: 0, words: new Int32Array(WHOLE_COOKIE / 4) };
}

/**
 * Reads the option's `size` octets at `at`. If there are several, the first one counts (RFC 7873 §5.2). An invalid length
 * leaves MALFORMED: whether that matters depends on whether cookies are in use.
 */
export function readCookie(packet: DataView, at: number, size: number, cookie: Cookie): void {
  if (cookie.size !== 0) return;
  // RFC 7873 §5.2.2: "valid cookie lengths are 8 and 16 to 40 inclusive".
  if (size !== CLIENT_COOKIE && (size < SHORTEST || size > LONGEST)) {
    cookie.size = MALFORMED;
    return;
  }
  const { words } = cookie;
  const count = size === WHOLE_COOKIE ? 6 : 2;
  for (let i = 0; i < count; i++) words[i] = packet.getInt32(at + i * 4, true);
  cookie.size = size;
}

/** Writes the option at `at`, client cookie and server cookie. Returns the offset after it. */
export function writeCookieOption(packet: DataView, at: number, { words }: Cookie): number {
  packet.setUint32(at, (EDNS_OPTION.COOKIE << 16) | WHOLE_COOKIE);
  for (let i = 0; i < 6; i++) packet.setInt32(at + 4 + i * 4, words[i] ?? 0, true);
  return at + COOKIE_OPTION_LENGTH;
}

/**
 * The EDNS option of DNS cookies (RFC 7873 §4): eight octets that the client chose, and where the client has one of ours,
 * the server cookie behind them. Only their form is read and written here; what they are worth is decided in answering.
 */
import { EDNS_OPTION } from './codes.js';

export interface Cookie {
  /** Octets of the option's data as it came; 0 where there was none, or MALFORMED. */
  size: number;
  /**
   * Little-endian, as SipHash takes them: the client cookie in two words, and the server cookie in four. Of a server cookie
   * of another length than ours there is nothing here.
   */
  readonly words: Int32Array;
}

/** In place of a size: the option has a length that RFC 7873 does not allow. */
export const MALFORMED = -1;
/** Octets of a client cookie, and of one with a server cookie of ours (RFC 9018 §4). */
export const CLIENT_COOKIE = 8;
export const WHOLE_COOKIE = 24;
/** The shortest and the longest with a server cookie of anybody's (RFC 7873 §4). */
const SHORTEST = 16;
const LONGEST = 40;

/** Octets of the option in an answer, its code and length included. */
export const COOKIE_OPTION_LENGTH = 4 + WHOLE_COOKIE;

export function newCookie(): Cookie {
  return { size: 0, words: new Int32Array(WHOLE_COOKIE / 4) };
}

/**
 * Reads the option's `size` octets at `at`. Of several the first one counts (RFC 7873 §5.2), and one of another length than
 * there can be leaves MALFORMED: whether that matters depends on whether cookies are in use.
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

/** Writes the option at `at`, client cookie and server cookie; gives the offset behind it. */
export function writeCookieOption(packet: DataView, at: number, { words }: Cookie): number {
  packet.setUint32(at, (EDNS_OPTION.COOKIE << 16) | WHOLE_COOKIE);
  for (let i = 0; i < 6; i++) packet.setInt32(at + 4 + i * 4, words[i] ?? 0, true);
  return at + COOKIE_OPTION_LENGTH;
}

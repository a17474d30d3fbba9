/**
 * What comes out of looking at one query, besides the records: it decides what goes into OPT. Apart from what a responder is
 * given or keeps, and reset for each query.
 */
import { EXTENDED_ERROR } from '../wire/codes.js';
import { COOKIE } from './server-cookie.js';

export interface ReplyState {
  overTcp: boolean;
  /** Bits of its scope; 0 where geography played no part. */
  scope: number;
  /** The proof that the question's name does not exist, by proofs.ts, where it is wanted and there is one; else 0. */
  gap: number;
  /** What the query's cookie is worth: COOKIE of server-cookie.ts. */
  cookieWorth: number;
  /** Why there is no answer: EXTENDED_ERROR of wire/codes.ts. */
  error: number;
  /** What there is to say of that, in UTF-8; empty: nothing. */
  errorText: Uint8Array;
}

const NO_TEXT = new Uint8Array();

export function newReply(): ReplyState {
  return {
    overTcp: false,
    scope: 0,
    gap: 0,
    cookieWorth: COOKIE.NONE,
    error: EXTENDED_ERROR.NONE,
    errorText: NO_TEXT,
  };
}

/** Forgets the query before; the answer to the next goes out like this. */
export function resetReply(reply: ReplyState, overTcp: boolean): void {
  reply.overTcp = overTcp;
  reply.scope = 0;
  reply.gap = 0;
  reply.cookieWorth = COOKIE.NONE;
  reply.error = EXTENDED_ERROR.NONE;
  reply.errorText = NO_TEXT;
}

/**
 * What is found out about one query, besides the records: it determines what OPT contains. It is kept apart from the rest of
 * the responder because it is reset for each query.
 */
import { EXTENDED_ERROR } from '../wire/codes.js';
import { COOKIE } from './server-cookie.js';

export interface ReplyState {
  overTcp: boolean;
  /** The scope's prefix length; 0 if geography played no part. */
  scope: number;
  /** The proof that the question's name does not exist (proofs.ts), if it is wanted and there is one; else 0. */
  gap: number;
  /** What the query's cookie is worth: COOKIE of server-cookie.ts. */
  cookieWorth: number;
  /** Why there is no answer: EXTENDED_ERROR of wire/codes.ts. */
  error: number;
  /** A text with the error, in UTF-8; empty: none. */
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

/** Resets the reply for the next query. */
export function resetReply(reply: ReplyState, overTcp: boolean): void {
  reply.overTcp = overTcp;
  reply.scope = 0;
  reply.gap = 0;
  reply.cookieWorth = COOKIE.NONE;
  reply.error = EXTENDED_ERROR.NONE;
  reply.errorText = NO_TEXT;
}

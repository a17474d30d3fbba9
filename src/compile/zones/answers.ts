/** What a zone says, before it is laid out: answers to a name and a type, and what they say of a pool. */
import type { Family } from '../../platform/types.js';
import type { AnswerBody } from './body-writer.js';

export interface Answer {
  readonly rcode: number;
  /** It sends to other name servers: it is not authoritative (RFC 1035 §4.1.1). */
  readonly referral?: true;
  readonly body: AnswerBody;
  /** What is said in its place where DO is set; absent: the same. Its rcode and pool are the same. */
  readonly signed?: SignedAnswer;
  /** The pool whose addresses follow the body's answers. */
  readonly pool?: PoolRef;
  /** What the server saw of who asks follows, and how far the answers of a pool, if any, are for others too. */
  readonly reflects?: { readonly of?: PoolKey };
  /** The pool whose refused clients get what it says to them in place of this, though it is about another type. */
  readonly guard?: PoolRef;
}

/** An answer with the RRSIGs of its RRsets (RFC 4035 §3.1). */
export interface SignedAnswer {
  readonly body: AnswerBody;
  /** What goes into the authority section behind all else: bodies of an NSEC record and its RRSIG, each once. */
  readonly proofs: readonly AnswerBody[];
}

/** A pool, by its zone, owner name and family. */
export interface PoolKey {
  readonly zone: string;
  readonly owner: string;
  readonly family: Family;
}

/** How the addresses of a pool are told. */
export interface PoolRef extends PoolKey {
  /** What to say where the pool has nobody for the client; absent: SERVFAIL. */
  readonly empty?: Answer;
  /** Where aliases lead to the pool: the first of them, to be said alone to who would keep it for some clients only. */
  readonly alias?: Answer;
  /** What to say to whom the pool refuses; absent: REFUSED. */
  readonly refused?: Answer;
}

/** All that a name answers: by type, and to any other type; absent: nothing can be served of its zone. */
export interface NodeAnswers {
  readonly byType: ReadonlyMap<number, Answer>;
  readonly otherwise?: Answer;
  /** What names below it answer that do not exist, where it is not what the zone says. */
  readonly below?: Answer;
  /** The names right below it in canonical order, and what proves that there is nothing else before, between and behind them. */
  readonly gaps?: { readonly children: readonly string[]; readonly proofs: readonly AnswerBody[] };
}

export interface ZoneAnswers {
  readonly zone: string;
  /** Every name that exists, empty non-terminals and `*` names included. */
  readonly nodes: ReadonlyMap<string, NodeAnswers>;
  /** Absent: nothing can be served of it. */
  readonly missing?: Answer;
  /** Where it is signed: when the first of its signatures expires, in seconds since 1970. */
  readonly expires?: number;
}

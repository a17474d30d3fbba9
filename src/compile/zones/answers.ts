/** What a zone answers, before it is laid out: answers to a name and a type, and how they involve a pool. */
import type { Family } from '../../platform/types.js';
import type { AnswerBody } from './body-writer.js';

export interface Answer {
  readonly rcode: number;
  /** It refers to other name servers, so it is not authoritative (RFC 1035 §4.1.1). */
  readonly referral?: true;
  readonly body: AnswerBody;
  /** The answer in its place if DO is set; absent: the same. Its rcode and pool are the same. */
  readonly signed?: SignedAnswer;
  /** The pool whose addresses follow the body's answers. */
  readonly pool?: PoolRef;
  /**
   * A reflection: what the server saw of the client follows, and, for the pool if there is one, the scope of its answers.
   */
  readonly reflects?: { readonly of?: PoolKey };
  /** The pool whose refused clients get its refusal in place of this answer, although this is about another type. */
  readonly guard?: PoolRef;
}

/** An answer with the RRSIGs of its RRsets (RFC 4035 §3.1). */
export interface SignedAnswer {
  readonly body: AnswerBody;
  /** What the authority section ends with: bodies of an NSEC record and its RRSIG, each once. */
  readonly proofs: readonly AnswerBody[];
}

/** A pool, by its zone, owner name and family. */
export interface PoolKey {
  readonly zone: string;
  readonly owner: string;
  readonly family: Family;
}

/** How the addresses of a pool are answered. */
export interface PoolRef extends PoolKey {
  /** The answer if the pool has no mirror for the client; absent: SERVFAIL. */
  readonly empty?: Answer;
  /**
   * If aliases lead to the pool: the first of them, sent alone to resolvers that would cache the whole answer for some
   * clients only.
   */
  readonly alias?: Answer;
  /** The answer to clients that the pool refuses; absent: REFUSED. */
  readonly refused?: Answer;
}

/** All answers of a name: by type, and to any other type; absent: nothing can be served of its zone. */
export interface NodeAnswers {
  readonly byType: ReadonlyMap<number, Answer>;
  readonly otherwise?: Answer;
  /** The answer for names below it that do not exist, if it is not the zone's own. */
  readonly below?: Answer;
  /**
   * The names directly below it in canonical order, and what proves that there is nothing else before, between and after
   * them.
   */
  readonly gaps?: { readonly children: readonly string[]; readonly proofs: readonly AnswerBody[] };
}

export interface ZoneAnswers {
  readonly zone: string;
  /** Every name that exists, empty non-terminals and `*` names included. */
  readonly nodes: ReadonlyMap<string, NodeAnswers>;
  /** The answer for names that do not exist; absent: nothing can be served of the zone. */
  readonly missing?: Answer;
  /** If it is signed: when its first signature expires, in seconds since 1970. */
  readonly expires?: number;
}

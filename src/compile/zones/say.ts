/** Builds an answer from records, and the one sent in its place if DO is set and the zone is signed. */
import type { Answer } from './answers.js';
import { type AnswerBody, type Entry, writeBody } from './body-writer.js';
import type { SignedZone } from './signed-zone.js';

export interface Said {
  readonly rcode: number;
  readonly entries: readonly Entry[];
  readonly referral?: true;
  /** All names in questions for it end in this; absent: in the zone's name. */
  readonly asked?: string;
  /** In place of `entries` if DO is set, before they are signed. */
  readonly dnssec?: readonly Entry[];
  /** Its proofs. */
  readonly proofs?: readonly AnswerBody[];
}

/** Makes the answers of one zone. */
export type Say = (said: Said) => Answer;

/** Returns the `Say` of a zone, which is signed if `signed` is given. */
export function sayer(zone: string, signed: SignedZone | undefined): Say {
  return ({ rcode, entries, referral, asked, dnssec, proofs = [] }) => {
    const answer = { rcode, body: writeBody(entries, zone, asked), ...(referral && { referral }) };
    if (signed === undefined) return answer;
    const whole = dnssec ?? entries;
    // Proofs belong to the authority section and are appended to the body. The additional section would precede them, but it
    // may be left out.
    const kept = mayBeProved(whole, proofs) ? whole.filter(({ section }) => section !== 'ar') : whole;
    return { ...answer, signed: { body: writeBody(signed.sign(kept), zone, asked), proofs } };
  };
}

/** Whether proofs follow: its own, or those of a wildcard, if the question's name is answered by a `*`. */
function mayBeProved(entries: readonly Entry[], proofs: readonly AnswerBody[]): boolean {
  return (
    proofs.length > 0 || entries.some(({ owner }) => owner.kind === 'question' && owner.name.startsWith('*.'))
  );
}

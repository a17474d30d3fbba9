/** Puts records together to an answer, and to the one that is said in its place where DO is set and the zone is signed. */
import type { Answer } from './answers.js';
import { type AnswerBody, type Entry, writeBody } from './body-writer.js';
import type { SignedZone } from './signed-zone.js';

export interface Said {
  readonly rcode: number;
  readonly entries: readonly Entry[];
  readonly referral?: true;
  /** All names that are asked for it end in this; absent: in the zone's. */
  readonly asked?: string;
  /** In place of `entries` where DO is set, before they are signed. */
  readonly dnssec?: readonly Entry[];
  /** What proves it. */
  readonly proofs?: readonly AnswerBody[];
}

/** Makes the answers of one zone. */
export type Say = (said: Said) => Answer;

/** Of a zone that is signed where `signed` is there. */
export function sayer(zone: string, signed: SignedZone | undefined): Say {
  return ({ rcode, entries, referral, asked, dnssec, proofs = [] }) => {
    const answer = { rcode, body: writeBody(entries, zone, asked), ...(referral && { referral }) };
    if (signed === undefined) return answer;
    const whole = dnssec ?? entries;
    // The authority section's proofs would be behind the additional one, which may be left out.
    const kept = mayBeProved(whole, proofs) ? whole.filter(({ section }) => section !== 'ar') : whole;
    return { ...answer, signed: { body: writeBody(signed.sign(kept), zone, asked), proofs } };
  };
}

/** Whether proofs follow: its own, or where the question's name is one of those that a `*` answers for. */
function mayBeProved(entries: readonly Entry[], proofs: readonly AnswerBody[]): boolean {
  return (
    proofs.length > 0 || entries.some(({ owner }) => owner.kind === 'question' && owner.name.startsWith('*.'))
  );
}

/** Lays out the proofs of denials and wildcards as the words that src/answer/proofs.ts reads. */
import { PROOF } from '../../answer/proofs.js';
import type { NodeAnswers } from './answers.js';
import type { AnswerBody } from './body-writer.js';

/**
 * `lists` are the proofs of each answer, `gaps` those of each node. `nodeOf` returns where a node is, `place` the words of a
 * proof. Returns the words, and where those of each node are, or 0.
 */
export function layOutProofs(
  lists: readonly (readonly AnswerBody[])[],
  gaps: readonly NodeAnswers['gaps'][],
  nodeOf: (child: string) => number,
  place: (proof: AnswerBody) => readonly number[],
): { readonly words: readonly number[]; readonly gapsAt: readonly number[] } {
  const words: number[] = lists.map(() => 0);
  const found = new Map<AnswerBody, number>();
  const proofAt = (proof: AnswerBody): number => {
    const known = found.get(proof);
    if (known !== undefined) return known;
    const at = words.length;
    words.push(...place(proof));
    if (words.length - at !== PROOF.WORDS) throw new RangeError('a proof has PROOF.WORDS words');
    found.set(proof, at);
    return at;
  };
  const push = (list: readonly number[]): number => words.push(...list) - list.length;
  for (const [answer, proofs] of lists.entries()) {
    if (proofs.length > 0) words[answer] = push([proofs.length, ...proofs.map(proofAt)]);
  }
  const gapsAt = gaps.map((of) =>
    of === undefined ? 0 : push([of.children.length, ...of.children.map(nodeOf), ...of.proofs.map(proofAt)]),
  );
  return { words, gapsAt };
}

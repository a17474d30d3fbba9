/**
 * One answer, drawn on the spot: systematic sampling, which gives exactly n mirrors and each of them exactly as likely
 * as asked (W. G. Madow, On the theory of systematic sampling II, 1949). Answering takes cards from a deck instead; this
 * is the plain meaning of a draw, for the few that are not worth a deck and to measure decks against.
 */
import { type Random, shuffle } from '../random.js';

/**
 * Draws `n` different indexes of `probabilities`, which sum to n and are at most 1 each, in random order. The mirrors
 * lie on a line, each as long as its probability; n points one apart, the first at random, pick those they fall on.
 */
export function drawSystematic(probabilities: ArrayLike<number>, n: number, random: Random): number[] {
  const line = Array.from({ length: probabilities.length }, (_, i) => i).filter(
    (i) => (probabilities[i] ?? 0) > 0,
  );
  // In a fixed order two neighbours with small probabilities would never meet in an answer.
  shuffle(random, line);
  const drawn: number[] = [];
  const passed: number[] = [];
  const start = random();
  let end = 0;
  for (const i of line) {
    end += probabilities[i] ?? 0;
    // Asked once for each mirror, so that rounding can't pick one twice.
    if (drawn.length < n && end > start + drawn.length) drawn.push(i);
    else passed.push(i);
  }
  // Rounding may leave the line a hair shorter than n, and the last point behind its end.
  while (drawn.length < n && passed.length > 0) drawn.push(...passed.splice(-1));
  shuffle(random, drawn);
  return drawn;
}

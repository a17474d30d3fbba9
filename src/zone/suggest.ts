/**
 * "Did you mean": the known word closest to a mistyped one. It is only a hint. If no word is close and the known words are
 * few, they are listed.
 */

/** A clause to append to a message, starting with its own punctuation. Empty if there is no helpful hint. */
export function hintAt(word: string, known: readonly string[]): string {
  const close = closest(word, known);
  if (close !== undefined) return `; did you mean "${close}"?`;
  if (known.length > 0 && known.length <= 20) return `, expected one of: ${known.join(', ')}`;
  return '';
}

/** The known word at most two edits away (one for short words). Case is ignored. */
export function closest(word: string, known: readonly string[]): string | undefined {
  // Each comparison costs the product of both lengths, so long words and thousands of known words are skipped.
  if (word.length > 64 || known.length > 1000) return undefined;
  const reach = word.length <= 4 ? 1 : 2;
  let best: string | undefined;
  let bestDistance = reach + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > reach) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The number of letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

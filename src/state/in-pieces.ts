/**
 * A long text in pieces, so that neither making it nor writing it blocks the thread for long.
 */

/** Characters of a piece: about a millisecond's work. */
const PIECE = 1 << 16;

/** Joins the texts into pieces of at least `PIECE` characters, except the last one. */
export function* inPieces(texts: Iterable<string>): Generator<string, void> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

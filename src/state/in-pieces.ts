/**
 * A long text in pieces, so that neither making it nor handing it to the disk takes the thread for long.
 */

/** Characters of a piece: a millisecond's work, about. */
const PIECE = 1 << 16;

/** The same texts, one behind the other, in pieces of at least so many characters, the last one aside. */
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

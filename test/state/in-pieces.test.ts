/** Long texts in pieces: all of it, in order, and each made only when it is asked for. */
import t from 'tap';
import { inPieces } from '../../src/state/in-pieces.js';

t.test('pieces are the same text, none of them long', async (t) => {
  const lines = Array.from({ length: 5000 }, (_, i) => `${i} ${'x'.repeat(i % 97)}\n`);
  const pieces = [...inPieces(lines)];
  t.equal(pieces.join(''), lines.join(''));
  t.ok(pieces.length > 3 && pieces.every(({ length }) => length < 70_000), `${pieces.length} pieces`);
  t.same([...inPieces([])], ['']);
});

t.test('nothing is made ahead', async (t) => {
  let made = 0;
  function* endless(): Generator<string, never> {
    for (;;) {
      made++;
      yield 'x'.repeat(1000);
    }
  }
  const pieces = inPieces(endless());
  t.equal(made, 0);
  pieces.next();
  t.equal(made, 66);
});

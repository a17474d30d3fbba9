import fc from 'fast-check';
import t from 'tap';
import { createPatternMemo } from '../../src/select/pattern-memo.js';

t.test('equal patterns have one number, which count up as they come', async (t) => {
  const { numberOf } = createPatternMemo(3);
  t.same(
    [
      [1, 2, 3],
      [1, 2, 4],
      [1, 2, 3],
      [0, 0, 0],
      [3, 2, 1],
      [1, 2, 4],
    ].map((list) => numberOf(Uint16Array.from(list))),
    [0, 1, 0, 2, 3, 1],
  );
});

t.test('it is as a Map by text, however many there are', async (t) => {
  const pattern = fc.array(fc.nat(9), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(pattern, { minLength: 300, maxLength: 600 }), (all) => {
      const { numberOf } = createPatternMemo(4);
      const known = new Map<string, number>();
      return all.every((list) => {
        const key = list.join();
        if (!known.has(key)) known.set(key, known.size);
        return numberOf(Uint16Array.from(list)) === known.get(key);
      });
    }),
    { seed: 5, numRuns: 20 },
  );
  t.pass('some hundreds of each, past where it grows');
});

t.test('patterns of no number are all one', async (t) => {
  const { numberOf } = createPatternMemo(0);
  t.same([numberOf(new Uint16Array()), numberOf(new Uint16Array())], [0, 0]);
});

import t from 'tap';
import { createNumberMemo } from '../../src/geo/number-memo.js';
import { below, seededRandom } from '../../src/platform/random.js';

t.test('a memo agrees with a Map, over many keys', async (t) => {
  const random = seededRandom(3);
  const memo = createNumberMemo();
  const map = new Map<number, number>();
  for (let i = 0; i < 50_000; i++) {
    const key = 1 + below(random, i % 2 === 0 ? 100_000 : 0xffff_fffe);
    if (map.has(key)) continue;
    const value = 1 + below(random, 0xffff_fffe);
    map.set(key, value);
    memo.set(key, value);
  }
  let wrong = 0;
  for (const [key, value] of map) if (memo.get(key) !== value) wrong++;
  for (let i = 0; i < 10_000; i++) {
    const key = 1 + below(random, 0xffff_fffe);
    if (memo.get(key) !== (map.get(key) ?? 0)) wrong++;
  }
  t.equal(wrong, 0);
});

/** Counters where a program branches, and a program that does what it did. */
import t from 'tap';
import { COUNTERS_NAME, withCounters } from './instrument.js';

const SOURCE = `
export function f(x) {
  if (x > 10) return 'large';
  for (let i = 0; i < x; i++) if (i === 7) break;
  switch (x) { case 1: return 'one'; case 2: return 'two'; default: }
  const y = x === 3 ? 'three' : null;
  return y ?? (x < 0 && 'negative') ?? g(x);
}
const g = (x) => [x].map((z) => z + 1)[0];
`;

t.test('each way through leaves other counts', async (t) => {
  const counters = new Uint8Array(64);
  Reflect.set(globalThis, COUNTERS_NAME, counters);
  const used = new Int32Array(1);
  const text = withCounters('/x.js', SOURCE, used);
  const { f } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  t.ok((used[0] ?? 0) > 12, `${used[0]} counters`);
  const ways = [11, 9, 1, 2, 3, -1, 4].map((x) => {
    counters.fill(0);
    return [f(x), counters.join('')];
  });
  t.same(
    ways.map(([result]) => result),
    ['large', false, 'one', 'two', 'three', 'negative', false],
  );
  t.equal(new Set(ways.map(([, counts]) => counts)).size, ways.length);
});

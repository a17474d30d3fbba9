/** The draw: how even a walk is, and what nobody can tell of it. */
import t from 'tap';
import { seededRandom } from '../../src/platform/random.js';
import { memberAt, nextPoint, placeOf, startWalk, turnOf, UNIT, WALK } from '../../src/select/draw.js';

function newWalk(at = 0): Int32Array {
  const words = new Int32Array(at + WALK.WORDS + 1);
  startWalk(words, at);
  return words;
}

/** Running sums as a row has them, each with a word behind it. */
function pairsOf(sums: readonly number[]): Int32Array {
  return Int32Array.from(sums.flatMap((sum) => [sum, -1]));
}

t.test('among many members, whatever their parts: whose interval a point is in', async (t) => {
  const random = seededRandom(3);
  for (const skew of [0, 1, 20]) {
    for (const count of [16, 17, 40, 3000]) {
      const weights = Array.from({ length: count }, () => 1 + random() ** skew * 1e6);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      let sum = 0;
      const sums = weights.map((weight) => {
        sum += weight;
        return Math.round((sum / total) * 8 * UNIT);
      });
      const pairs = pairsOf(sums);
      for (let i = 0; i < count; i++) {
        const [start, end] = [sums[i - 1] ?? 0, sums[i] ?? 0];
        if (start === end) continue;
        for (const from of [0, i >> 1, i]) {
          const at = (point: number): number => memberAt(pairs, 0, from, count, point, 8 * UNIT);
          if (at(start) !== i || at(end - 1) !== i) t.fail(`${skew}: ${i} of ${count}`);
        }
      }
    }
  }
});

t.test('64 points cover the unit, and a block is no block twice', async (t) => {
  const random = seededRandom(1);
  const words = newWalk(5);
  const blocks = Array.from({ length: 200 }, () =>
    Array.from({ length: 64 }, () => nextPoint(words, 5, 3, random)),
  );
  for (const block of blocks) {
    const sorted = [...block].sort((a, b) => a - b);
    const gaps = sorted.map((point, i) => (sorted[i + 1] ?? UNIT + (sorted[0] ?? 0)) - point);
    t.ok(Math.min(...gaps) > UNIT / 64 / 2 && Math.max(...gaps) < UNIT / 64 / 0.5);
    t.ok(block.every((point) => point >= 0 && point < UNIT));
  }
  const orders = blocks.map((block) => {
    const sorted = [...block].sort((a, b) => a - b);
    return block.map((point) => sorted.indexOf(point)).join();
  });
  t.equal(new Set(orders).size, 200, 'each in an order of its own');
  t.equal(words.at(-1), 0, 'nothing is written behind it');
});

t.test('a walk starts anywhere, and after some blocks anywhere again', async (t) => {
  const random = seededRandom(2);
  const firsts = Array.from({ length: 500 }, () => {
    const words = newWalk();
    nextPoint(words, 0, 1, random);
    return words[WALK.START] ?? 0;
  });
  t.equal(new Set(firsts).size, 500);
  const words = newWalk();
  const starts = Array.from({ length: 3 * 2 ** 14 }, () => {
    for (let i = 0; i < 64; i++) nextPoint(words, 0, 1, random);
    return words[WALK.START] ?? 0;
  });
  const steps = starts.map((start, i) => (start - (starts[i - 1] ?? 0)) & (UNIT - 1));
  const [, step] = steps;
  const fresh = steps.flatMap((each, i) => (each === step ? [] : [i]));
  t.same(fresh, [0, 2 ** 14, 2 ** 15]);
});

t.test('shares are met: within 0.2 points of a hundred after 10,000 answers', async (t) => {
  for (const [seed, p] of [0.01, 0.1, 1 / 3, 0.5, 0.6, 0.618, 0.7, 0.9].entries()) {
    const random = seededRandom(seed + 1);
    const words = newWalk();
    let hits = 0;
    for (let i = 0; i < 10_000; i++) if (nextPoint(words, 0, 3, random) < p * UNIT) hits++;
    t.ok(Math.abs(hits / 10_000 - p) < 0.002, `${p}: ${hits}`);
  }
});

t.test('weights 100000 : 1000 : 1 after ten million answers', async (t) => {
  const random = seededRandom(7);
  const words = newWalk();
  const total = 101_001;
  const sums = [100_000, 101_000, total].map((sum) => Math.round((sum / total) * UNIT));
  const pairs = pairsOf(sums);
  const counts = [0, 0, 0];
  for (let i = 0; i < 1e7; i++) {
    const member = memberAt(pairs, 0, 0, 3, nextPoint(words, 0, 1, random), UNIT);
    counts[member] = (counts[member] ?? 0) + 1;
  }
  for (const [i, weight] of [100_000, 1000, 1].entries()) {
    t.ok(Math.abs((counts[i] ?? 0) / ((weight / total) * 1e7) - 1) < 0.1, `${weight}: ${counts[i]}`);
  }
});

t.test('places: all different in an answer, and each as often for everybody', async (t) => {
  for (let n = 1; n <= 8; n++) {
    const random = seededRandom(n);
    const words = newWalk();
    const counts = Array.from({ length: n }, () => new Array<number>(n).fill(0));
    for (let answer = 0; answer < 100_000; answer++) {
      nextPoint(words, 0, n, random);
      const turn = turnOf(words, 0, n);
      let seen = 0;
      for (let i = 0; i < n; i++) {
        const place = placeOf(words, 0, i, n, turn);
        seen |= 1 << place;
        const own = counts[i] ?? [];
        own[place] = (own[place] ?? 0) + 1;
      }
      if (seen !== (1 << n) - 1) t.fail(`places of ${n} meet`);
    }
    const off = Math.max(...counts.flat().map((count) => Math.abs(count / 100_000 - 1 / n)));
    t.ok(off < 0.01, `${n} addresses: ${off}`);
  }
});

t.test('who knows a point does not know the next', async (t) => {
  // Pairs of neighbours in time: all differences of two points of a block are about as frequent.
  const random = seededRandom(11);
  const words = newWalk();
  const counts = new Array<number>(16).fill(0);
  let last = nextPoint(words, 0, 1, random);
  for (let i = 0; i < 64_000; i++) {
    const point = nextPoint(words, 0, 1, random);
    const sixteenth = ((point - last) & (UNIT - 1)) >>> 24;
    counts[sixteenth] = (counts[sixteenth] ?? 0) + 1;
    last = point;
  }
  for (const count of counts) t.ok(Math.abs(count - 4000) < 500, `${counts}`);
});

import t from 'tap';
import { addressesIn, type SeenAddress, seenBefore, seenNow } from '../../src/daemon/seen-addresses.js';
import { addressOf } from '../health/targets.js';

const MINUTE = 60_000;

/** What a name has after each answer, one a minute; the last octets of its addresses. */
function follow(answers: readonly number[][], stored: readonly number[] = []): number[][] {
  const addresses = (octets: readonly number[]) => octets.map((octet) => addressOf(`192.0.2.${octet}`));
  let seen: readonly SeenAddress[] = seenBefore(addresses(stored), 0);
  return answers.map((octets, i) => {
    seen = seenNow(seen, addresses(octets), i * MINUTE);
    return addressesIn(seen)
      .map(({ text }) => Number(text.split('.')[3]))
      .sort((a, b) => a - b);
  });
}

t.test('an address that an answer leaves out is gone at once', async (t) => {
  t.same(follow([[1], [2], [2]]), [[1], [2], [2]]);
  t.same(follow([[2]], [1]), [[2]], 'also one from before');
});

t.test('one that comes back stays from then on', async (t) => {
  t.same(follow([[1], [2], [1], [2], [1], [2]]), [[1], [2], [1], [1, 2], [1, 2], [1, 2]]);
});

t.test('a rotation through any part of many comes to rest', async (t) => {
  const all = [1, 2, 3, 4, 5, 6];
  const answers = Array.from({ length: 60 }, (_, i) => [0, 1].map((k) => all[(i * 2 + k) % 6] ?? 0));
  const sets = follow(answers).map(String);
  t.same(sets.at(-1), String(all));
  t.equal(new Set(sets.slice(6)).size, 1, 'after each was seen twice nothing changes');
});

t.test('until it was not seen for an hour', async (t) => {
  const answers = [[1, 2], [1], [1, 2], ...Array.from({ length: 62 }, () => [1])];
  const sets = follow(answers).map(String);
  t.equal(sets[2 + 59], '1,2');
  t.equal(sets[2 + 60], '1');
  t.same(follow([...answers, [1, 2], [1]]).slice(-2), [[1, 2], [1]], 'and what it did before is forgotten');
});

t.test('one that is gone for good is forgotten, so that it is new when it comes in a day', async (t) => {
  const gone = Array.from({ length: 61 }, () => [1]);
  t.same(follow([[1, 2], ...gone, [1, 2], [1]]).slice(-2), [[1, 2], [1]]);
});

t.test('a name with new addresses each time is bounded', async (t) => {
  let seen: readonly SeenAddress[] = [];
  for (let i = 0; i < 1000; i++) seen = seenNow(seen, [addressOf(`10.0.${i >> 8}.${i & 255}`)], i);
  t.equal(seen.length, 256);
  t.same(
    addressesIn(seen).map(({ text }) => text),
    ['10.0.3.231'],
  );
});

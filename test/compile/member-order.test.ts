/** The order of a pool's members: the same for everybody, and another with each epoch. */
import t from 'tap';
import { epochAt, memberRanks, nextEpoch } from '../../src/compile/member-order.js';

const names = Array.from({ length: 40 }, (_, i) => `mirror${i}`);

t.test('a place for each, by name alone', async (t) => {
  const ranks = memberRanks('dl.example.org', names, 20_000);
  t.same(
    [...ranks].sort((a, b) => a - b),
    names.map((_, i) => i),
  );
  const turned = memberRanks('dl.example.org', [...names].reverse(), 20_000);
  t.same([...turned].reverse(), [...ranks], 'wherever they stand in the file');
  t.not(memberRanks('other.example.org', names, 20_000).join(), ranks.join());
  t.not(memberRanks('dl.example.org', names, 20_001).join(), ranks.join());
  t.same([...memberRanks('dl.example.org', ['a'], 1)], [0]);
  t.same([...memberRanks('dl.example.org', ['b', 'a', 'a'], 1)].sort(), [0, 1, 2], 'equal names too');
});

t.test('neighbours do not stay neighbours', async (t) => {
  let together = 0;
  for (let epoch = 0; epoch < 1000; epoch++) {
    const [a = 0, b = 0] = memberRanks('dl.example.org', names, epoch);
    if (Math.abs(a - b) === 1) together++;
  }
  // 2 / 40 of the time by chance.
  t.ok(together > 20 && together < 90, `${together} of 1000`);
});

t.test('the epoch changes at midnight', async (t) => {
  const noon = Date.UTC(2026, 10, 28, 12);
  t.equal(epochAt(noon), epochAt(noon + 11 * 3_600_000));
  t.equal(epochAt(nextEpoch(noon)), epochAt(noon) + 1);
  t.equal(nextEpoch(noon), Date.UTC(2026, 10, 29));
  t.equal(nextEpoch(Date.UTC(2026, 10, 29)), Date.UTC(2026, 10, 30));
});

/** Who is dealt when. */
import t from 'tap';
import { createWaitingLine, type WaitingLine } from '../../src/compile/waiting-line.js';

const all = (line: WaitingLine): number[] => {
  const turns: number[] = [];
  for (let next = line.next(); next !== undefined; next = line.next()) turns.push(next);
  return turns;
};

t.test('first come, first served, and the urgent before all', async (t) => {
  const line = createWaitingLine(6);
  for (const catchment of [3, 1, 4]) line.add(catchment, false);
  line.add(5, true);
  t.equal(line.length(), 4);
  t.equal(line.isUrgent(), true);
  t.same(all(line), [5, 3, 1, 4]);
  t.equal(line.length(), 0);
  t.equal(line.isUrgent(), false);
});

t.test('who waits keeps the place, and may become urgent', async (t) => {
  const line = createWaitingLine(3);
  for (const catchment of [0, 1, 2, 0, 1]) line.add(catchment, false);
  t.equal(line.length(), 3);
  line.add(2, true);
  line.add(2, true);
  t.same(all(line), [2, 0, 1]);
});

t.test('one whose turn came early and who waits again has its first place', async (t) => {
  const line = createWaitingLine(3);
  line.add(0, false);
  line.add(1, true);
  line.add(2, false);
  t.equal(line.next(), 1);
  line.add(1, false);
  t.same(all(line), [0, 1, 2]);
});

t.test('marks are past when all who waited then had their turn, whoever comes after', async (t) => {
  const line = createWaitingLine(3);
  for (const catchment of [0, 1, 2]) line.add(catchment, false);
  const mark = line.end();
  t.equal(line.isPast(mark), false);
  // 0 is back in line after each turn of anybody.
  for (const turn of [0, 1, 2]) {
    t.equal(line.isPast(mark), false);
    t.equal(line.next(), turn);
    line.add(0, false);
  }
  t.equal(line.isPast(mark), true);
  t.equal(line.length(), 1);
  t.equal(line.isPast(line.end()), false);
  t.equal(line.next(), 0);
  t.equal(line.isPast(line.end()), true, 'nobody waits');
});

t.test('a line that parted goes its own way', async (t) => {
  const line = createWaitingLine(4);
  for (const catchment of [0, 1]) line.add(catchment, false);
  line.add(2, true);
  const other = line.fork();
  other.add(3, false);
  t.same(all(line), [2, 0, 1]);
  t.equal(other.length(), 4);
  t.same(all(other), [2, 0, 1, 3]);
});

import t from 'tap';
import { createLine } from '../../src/control/line.js';

t.test('so many at once, in the order in which they came, and no more than that wait', async (t) => {
  const line = createLine(2, 3);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const come = (number: number) =>
    line(() => {
      begun.push(number);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  const first = [0, 1, 2, 3, 4].map(come);
  t.same(begun, [0, 1]);
  await t.rejects(come(5), { code: 'REQUEST_REFUSED', message: /^5 others ask/ });
  for (const seen of [
    [0, 1, 2],
    [0, 1, 2, 3],
    [0, 1, 2, 3, 4],
  ]) {
    ends.shift()?.();
    await first[seen.length - 3];
    t.same(begun, seen);
  }
  for (const end of ends) end();
  await Promise.all(first);
  const again = come(6);
  t.equal(begun.at(-1), 6, 'at once, where nobody is before it');
  ends.at(-1)?.();
  await again;
});

t.test('work that fails makes room as well, and says so to whoever asked', async (t) => {
  const line = createLine(1, 0);
  await t.rejects(
    line(() => Promise.reject(new Error('broken'))),
    { message: 'broken' },
  );
  await line(async () => undefined);
});

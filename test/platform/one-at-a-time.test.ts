import t from 'tap';
import { oneAtATime } from '../../src/platform/one-at-a-time.js';

/** Work that ends when the test says so; its runs are numbered. */
function scene() {
  const ends: ((error?: Error) => void)[] = [];
  const ask = oneAtATime(
    () =>
      new Promise<number>((resolve, reject) => {
        const run = ends.length + 1;
        ends.push((error) => (error === undefined ? resolve(run) : reject(error)));
      }),
  );
  return { ends, ask };
}

t.test('who asks while it runs gets the next run, and shares it', async (t) => {
  const { ends, ask } = scene();
  const first = ask();
  const others = [ask(), ask()];
  t.equal(ends.length, 1);
  ends[0]?.();
  t.equal(await first, 1);
  await Promise.resolve();
  t.equal(ends.length, 2, 'begun by itself');
  const later = ask();
  ends[1]?.();
  t.same(await Promise.all(others), [2, 2]);
  await Promise.resolve();
  ends[2]?.();
  t.equal(await later, 3, 'which began after it was asked for');
});

t.test('a run that fails is its own askers’ affair', async (t) => {
  const { ends, ask } = scene();
  const first = ask();
  const second = ask();
  ends[0]?.(new Error('first'));
  await t.rejects(first, { message: 'first' });
  await Promise.resolve();
  ends[1]?.();
  t.equal(await second, 2);
});

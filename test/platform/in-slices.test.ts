import t from 'tap';
import { inSlices } from '../../src/platform/in-slices.js';

t.test('whatever else is due comes between, and the value is that of the whole work', async (t) => {
  let between = 0;
  function* work(): Generator<void, string> {
    const wait = setInterval(() => between++, 0);
    // Until others had the thread often enough: without that it would never end.
    while (between < 3) yield;
    clearInterval(wait);
    return 'done';
  }
  t.equal(await inSlices(work()), 'done');
});

t.test('what goes wrong in it is thrown on', async (t) => {
  // biome-ignore lint/correctness/useYield: it fails before
  function* work(): Generator<void, string> {
    throw new Error('wrong');
  }
  await t.rejects(inSlices(work()), { message: 'wrong' });
});

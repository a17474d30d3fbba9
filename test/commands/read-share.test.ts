import t from 'tap';
import { readShare } from '../../src/commands/read-share.js';

t.test('a percentage from 0 to 100', async (t) => {
  t.equal(readShare('--most', undefined), undefined);
  t.same(
    ['0%', '12.5%', '100%'].map((text) => readShare('--most', text)),
    [0, 0.125, 1],
  );
  for (const text of ['', '50', '0.5', '-1%', '101%', '5 %', '1e1%']) {
    t.throws(() => readShare('--most', text), {
      code: 'USAGE',
      message: `--most ${text}: expected a percentage such as 50%`,
    });
  }
});

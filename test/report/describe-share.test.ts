import t from 'tap';
import { describeShare } from '../../src/report/describe-share.js';

t.test('what a limit does to a mirror, and that it does not hold', async (t) => {
  t.equal(describeShare({ limit: 0.4, expected: 0.21, factor: 1 }), undefined);
  t.equal(
    describeShare({ limit: 0.25, expected: 0.2504, factor: 0.63451 }),
    'world share: 63.5 % of its weight and cap while others fill the answer, so that it has 25 % of all traffic',
  );
  t.equal(
    describeShare({ limit: 0.2, expected: 1 / 3, factor: 0.001 }),
    "has 33.3 % of all traffic, more than its limit of 20 %: the others can't take it",
  );
});

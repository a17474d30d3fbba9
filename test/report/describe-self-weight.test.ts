import t from 'tap';
import { describeSelfWeight } from '../../src/report/describe-self-weight.js';

t.test('what a mirror says of itself, and that it no longer does', async (t) => {
  t.equal(describeSelfWeight(0.4), 'wants 40 % of its weight and cap by itself');
  t.equal(describeSelfWeight(0), 'drains by itself');
  t.equal(
    describeSelfWeight(0, '404 Not Found'),
    'drains by itself, but says nothing any more: 404 Not Found',
  );
});

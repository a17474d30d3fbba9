import t from 'tap';
import { countOf } from '../../src/platform/count-of.js';

t.test('one is singular, and nothing else is', async (t) => {
  t.same(
    [0, 1, 2, 1.5].map((n) => countOf(n, 'fault')),
    ['0 faults', '1 fault', '2 faults', '1.5 faults'],
  );
});

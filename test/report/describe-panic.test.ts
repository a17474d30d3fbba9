import t from 'tap';
import { describePanic } from '../../src/report/describe-panic.js';

t.test('what a panic means, by what the pool does', async (t) => {
  t.equal(describePanic('answer'), 'too few mirrors are up; all enabled ones are answered');
  t.equal(describePanic('backup'), 'too few mirrors are up; backups alone are answered');
  t.equal(describePanic('servfail'), 'too few mirrors are up; the answer is SERVFAIL');
});

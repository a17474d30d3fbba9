/** Why an instance can't be used: what it says itself does no harm where people read it. */
import t from 'tap';
import { describeFault } from '../../src/fleet/instance-fault.js';

t.test('what an instance says is harmless and short', async (t) => {
  t.equal(
    describeFault(new Error('connect ECONNREFUSED 192.0.2.1:6379')),
    'connect ECONNREFUSED 192.0.2.1:6379',
  );
  t.equal(describeFault(new Error('ERR \u001b[2J\u202enoitcerid')), 'ERR \\u001b[2J\\u202enoitcerid');
  t.equal(describeFault(new Error('x'.repeat(60_000))).length, 200);
});

t.test('a transaction that is not carried out says what one of its commands came to', async (t) => {
  const aborted = Object.assign(new Error('EXECABORT Transaction discarded because of previous errors.'), {
    previousErrors: [new Error("NOPERM User ns1 has no permissions to access the 'x' key")],
  });
  t.match(describeFault(aborted), /^its ACL does not let "username"/);
  t.equal(describeFault(Object.assign(new Error('EXECABORT no'), { previousErrors: [] })), 'EXECABORT no');
});

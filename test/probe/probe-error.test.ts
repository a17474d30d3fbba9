import t from 'tap';
import { describeFailure, describeStatus, describeTimeout } from '../../src/probe/probe-error.js';

const failed = (code: string, message = 'some text') => Object.assign(new Error(message), { code });

t.test('what the network says', async (t) => {
  t.same(describeFailure(failed('ECONNREFUSED'), 'h'), { error: 'connection refused' });
  t.same(describeFailure(failed('EHOSTUNREACH'), 'h'), { error: 'no route to host' });
  t.same(describeFailure(failed('ECONNRESET'), 'h'), { error: 'connection reset', fault: 'unclear' });
});

t.test('what is lacking here is not the mirror’s fault', async (t) => {
  for (const code of ['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS', 'EADDRNOTAVAIL']) {
    t.match(describeFailure(failed(code), 'h'), { error: /./, fault: 'ours' }, code);
  }
});

t.test('what has no words of its own is one short line', async (t) => {
  t.same(describeFailure(failed('EWHATEVER', 'something\nwith a stack'), 'h'), { error: 'something' });
  t.equal(describeFailure(new Error('x'.repeat(5000)), 'h').error.length, 200);
  t.same(describeFailure('thrown text', 'h'), { error: 'thrown text' });
});

t.test('times', async (t) => {
  t.equal(describeTimeout(5000, 'connecting').error, 'no answer within 5s (connecting)');
  t.equal(describeTimeout(1500, 'TLS handshake').error, 'no answer within 1500ms (TLS handshake)');
  t.equal(
    describeTimeout(250, 'waiting for the answer').error,
    'no answer within 250ms (waiting for the answer)',
  );
});

t.test('statuses', async (t) => {
  t.equal(describeStatus(503, [200]).error, '503 Service Unavailable, expected 200');
  t.equal(
    describeStatus(301, [200, 206]).error,
    '301 Moved Permanently, expected 200 or 206 (redirects are not followed)',
  );
  t.equal(describeStatus(304, [200]).error, '304 Not Modified, expected 200', 'leads nowhere');
  t.equal(describeStatus(599, [200, 204, 206]).error, '599, expected 200, 204 or 206');
});

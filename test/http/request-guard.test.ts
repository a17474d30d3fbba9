import t from 'tap';
import { rejectionOf } from '../../src/http/request-guard.js';

const HOSTS = ['status.example.org'];

function turnedBy(host: string | undefined, method = 'GET'): number | undefined {
  return rejectionOf({ method, host }, HOSTS)?.status;
}

t.test('who asks by an address, by localhost or by a name that is configured is answered', async (t) => {
  for (const host of [
    '127.0.0.1:5380',
    '192.0.2.53',
    '[::1]:5380',
    '[2001:db8::53]',
    'localhost:5380',
    'LocalHost',
    'status.example.org',
    'Status.Example.ORG.:80',
    undefined,
  ]) {
    t.equal(turnedBy(host), undefined, String(host));
  }
});

t.test('a page on the web whose name leads here is not answered, nor told its own name', async (t) => {
  for (const host of [
    'evil.example',
    'evil.example:5380',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'status.example.org.evil.example',
    '127.0.0.1@evil.example',
    '[::1].evil.example',
    '[]',
    ':5380',
    '',
  ]) {
    t.equal(turnedBy(host), 421, host);
    t.notMatch(rejectionOf({ method: 'GET', host }, HOSTS)?.message, /evil|::1/);
  }
});

t.test('nothing can be done but reading', async (t) => {
  t.equal(turnedBy('localhost', 'HEAD'), undefined);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH']) {
    t.equal(turnedBy('localhost', method), 405, method);
  }
});

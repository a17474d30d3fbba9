import { inspect } from 'node:util';
import t from 'tap';
import { isRedirect, nextHop } from '../../src/update/redirect.js';

const https = new URL('https://updates.example.org/geoip/databases/X/download');
const http = new URL('http://127.0.0.1:8080/geoip/databases/X/download');

t.test('which statuses redirect', async (t) => {
  t.same([301, 302, 303, 307, 308].map(isRedirect), [true, true, true, true, true]);
  t.same([200, 300, 304, 305, 306, 400].map(isRedirect), [false, false, false, false, false, false]);
});

t.test('absolute, relative and scheme-relative targets', async (t) => {
  t.equal(
    nextHop(https, 'https://storage.example.net/a?b=c', https).href,
    'https://storage.example.net/a?b=c',
  );
  t.equal(nextHop(https, '/elsewhere', https).href, 'https://updates.example.org/elsewhere');
  t.equal(nextHop(https, '//storage.example.net/a', https).href, 'https://storage.example.net/a');
});

t.test('https never becomes http', async (t) => {
  t.throws(() => nextHop(https, 'http://updates.example.org/a', https), {
    kind: 'final',
    message: /plain http/,
  });
  t.throws(() => nextHop(new URL('https://storage.example.net'), 'http://127.0.0.1:8080/a', http), {
    message: /plain http/,
  });
});

t.test('where http is configured, http and https will do', async (t) => {
  t.equal(nextHop(http, 'http://127.0.0.1:9090/a', http).href, 'http://127.0.0.1:9090/a');
  t.equal(nextHop(http, 'https://storage.example.net/a', http).href, 'https://storage.example.net/a');
});

t.test('nonsense is refused, without repeating it', async (t) => {
  const targets = [undefined, 'https://', 'http://[', 'file:///etc/passwd', 'ftp://x/s3cret', 'data:,s3cret'];
  for (const location of [
    ...targets,
    'https://u:s3cret@storage.example.net/a',
    'http://s3cret.example.net/',
  ]) {
    try {
      nextHop(https, location, https);
      t.fail(`${location} was followed`);
    } catch (error) {
      t.match(error, { code: 'UPDATE_FAILED', kind: 'final' }, String(location));
      t.notMatch(inspect(error).split('\n    at ')[0], 's3cret');
    }
  }
});

import t from 'tap';
import { hostKeys, readUrl, rsyncProbe, urlProbe } from '../../src/import/mirror-urls.js';

t.test('URLs of http, https and rsync', async (t) => {
  t.same(readUrl('https://A.example/pub/x/'), { scheme: 'https', host: 'a.example', path: '/pub/x/' });
  t.same(readUrl('http://user@[2001:db8::1]:8080'), {
    scheme: 'http',
    host: '2001:db8::1',
    path: '/',
    port: 8080,
  });
  t.same(readUrl('a.example::mod/dir'), { scheme: 'rsync', host: 'a.example', path: '/mod/dir' });
  for (const text of ['', 'ftp://a.example/', 'https://', 'https://a b/', 'a.example/x', 'https://-a-/'])
    t.equal(readUrl(text), undefined, text);
});

t.test('a probe asks for the directory, by the name of the site', async (t) => {
  const probe = (text: string): unknown => {
    const url = readUrl(text);
    return url && Object.fromEntries(urlProbe(url).entries.map(({ key, value }) => [key, value]));
  };
  t.same(probe('https://a.example/x'), { type: 'https', host: 'a.example', path: '/x/' });
  t.same(probe('http://192.0.2.1:81/'), { type: 'http', port: 81, path: '/' });
});

t.test('an rsync probe asks for the module', async (t) => {
  const url = readUrl('rsync://a.example:8730/mod_a/dir');
  t.same(url && rsyncProbe(url).entries, [
    { key: 'type', value: 'rsync' },
    { key: 'port', value: 8730 },
    { key: 'module', value: 'mod_a' },
  ]);
});

t.test('an address is none to be resolved', async (t) => {
  t.same(hostKeys({ scheme: 'http', host: '192.0.2.1', path: '/' }), { addresses: ['192.0.2.1'] });
  t.same(hostKeys({ scheme: 'http', host: 'a.example', path: '/' }), { hostname: 'a.example' });
});

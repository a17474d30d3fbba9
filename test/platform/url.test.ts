import t from 'tap';
import { parseUrl } from '../../src/platform/url.js';

t.test('a URL, or none, however often it is asked', async (t) => {
  t.equal(parseUrl('https://a.example/b')?.href, 'https://a.example/b');
  t.equal(parseUrl('/c', 'https://a.example/b')?.href, 'https://a.example/c');
  t.equal(parseUrl('/c'), undefined);
  // The last octets of the host are none of UTF-8.
  for (let i = 0; i < 20_000; i++) {
    if (parseUrl('http://ht\u00c6\u0082.mmdbx?y=z', 'https://a.example') !== undefined)
      t.fail('that is none');
  }
});

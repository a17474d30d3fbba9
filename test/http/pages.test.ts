import { createHash } from 'node:crypto';
import t from 'tap';
import { activeParts, nestingFault } from './markup.js';
import { EVIL, EXPLAIN, MAP, open, POOL } from './open-site.js';

t.test('whatever zone files, mirrors and askers say, pages are what they seem', async (t) => {
  const { ask, faults } = await open();
  const evil = encodeURIComponent(EVIL);
  for (const path of [
    '/',
    POOL,
    MAP,
    '/explain',
    EXPLAIN,
    `/explain?name=${evil}&from=${evil}&type=${evil}`,
    `/${evil}`,
  ]) {
    const { body, headers } = await ask(path);
    t.equal(nestingFault(body), undefined, path);
    t.same(activeParts(body), [], path);
    t.notMatch(body, /\u202e/, path);
    t.match(headers['content-type'], path === MAP ? 'image/svg+xml' : 'text/html', path);
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(body) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    t.ok(String(headers['content-security-policy']).includes(`'sha256-${hash}'`), `${path} may be styled`);
  }
  t.same(faults, []);
});

/** From a request to its reply, whatever the request and whatever becomes of it. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import t, { type Test } from 'tap';
import { answerBy, type Route, type SiteRequest } from '../../src/http/answering.js';
import { GeopoolError } from '../../src/platform/errors.js';
import { open } from './open-site.js';

/** A site with one route; what it was asked, and who asks it. */
async function scene(t: Test, route: Route) {
  const asked: SiteRequest[] = [];
  const faults: string[] = [];
  const missing = () => ({ status: 404, type: 'text/plain', body: 'none' });
  const routes = new Map<string, Route>([
    [
      'page',
      (one) => {
        asked.push(one);
        return route(one);
      },
    ],
  ]);
  const server = createServer(
    answerBy({ routes, missing, hosts: [], onFault: (fault) => faults.push(fault) }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    asked,
    faults,
    async ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
      const sent = request({ host: '127.0.0.1', port, path, headers, method, agent: false }).end();
      const [response] = await once(sent, 'response');
      const body = (await response.setEncoding('utf8').toArray()).join('');
      return { status: response.statusCode, headers: response.headers, body };
    },
  };
}
const fine: Route = async () => ({ type: 'text/plain', body: 'é' });

t.test('a route gets the path behind it, the query, and who has it asked', async (t) => {
  const { ask, asked } = await scene(t, fine);
  t.match(await ask('/page/a%2Fb/?x=1?y&z', { accept: 'text/html', 'sec-fetch-site': 'cross-site' }), {
    status: 200,
    body: 'é',
    headers: { 'content-length': '2' },
  });
  t.match(asked, [{ path: ['a/b', ''], accept: 'text/html', isForeign: true }]);
  t.same(
    [...(asked[0]?.query ?? [])],
    [
      ['x', '1?y'],
      ['z', ''],
    ],
  );
  await ask('/page', { 'sec-fetch-site': 'same-origin' });
  t.match(asked[1], { path: [], isForeign: false });
});

t.test('half of an escape, and what nothing is called, are not there', async (t) => {
  const { ask, asked } = await scene(t, fine);
  for (const path of ['/', '/pages', '/%', '/%ff/page', '/?page'])
    t.equal((await ask(path)).status, 404, path);
  t.same(asked, []);
});

t.test('every reply keeps scripts, frames and caches away', async (t) => {
  const { ask } = await scene(t, fine);
  for (const path of ['/page', '/none']) {
    t.match((await ask(path)).headers, {
      'cache-control': 'no-store',
      'content-security-policy': /^default-src 'none'; .*frame-ancestors 'none'/,
      'x-content-type-options': 'nosniff',
    });
  }
  t.match(await ask('/page', {}, 'POST'), { status: 405, headers: { allow: 'GET, HEAD' } });
});

t.test('what was refused says why', async (t) => {
  const { ask, faults } = await scene(t, async () => {
    throw new GeopoolError('REQUEST_REFUSED', 'no such mirror');
  });
  t.match(await ask('/page'), { status: 422, body: 'no such mirror\n' });
  t.same(faults, []);
});

t.test('a defect is said in the log, and not to who asked', async (t) => {
  const { ask, faults } = await open({
    status: async () => {
      throw new TypeError('secret');
    },
  });
  t.match(await ask('/'), { status: 500, body: /defect/ });
  t.notMatch((await ask('/metrics')).body, /secret/);
  t.same(faults, ['secret', 'secret']);
});

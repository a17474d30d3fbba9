import t from 'tap';
import type { StatusReport } from '../../src/control/status-report.js';
import { makeRoutes } from '../../src/http/site.js';
import { statusReport } from '../report/status-report.js';
import { open, POOL, partsOf } from './open-site.js';

t.test('what is not there', async (t) => {
  const { ask } = await open();
  for (const path of [
    '/pool',
    '/pool/dl.example.org',
    '/pool/dl.example.org/x',
    `${POOL}/more`,
    '/map/x/y',
    '/explain/x',
    '/metrics/x',
    '/%',
  ]) {
    t.match(await ask(path), { status: 404, body: /There is no such page/ }, path);
  }
});

t.test('what programs read', async (t) => {
  const { ask } = await open();
  const health = await ask('/healthz');
  t.match(health, { status: 200, headers: { 'content-type': /^text\/plain/ } });
  const { status, body, headers } = await ask('/status.json');
  t.match([status, headers['content-type']], [200, 'application/json']);
  t.match(JSON.parse(body), { zones: [{ zone: 'dl.example.org' }] });
  t.match((await ask('/metrics')).body, /^geopool_zones 1$/m);
});

t.test('however many ask for status at a time, one report is made for them', async (t) => {
  const given: ((report: StatusReport) => void)[] = [];
  const status = () => new Promise<StatusReport>((resolve) => given.push(resolve));
  const route = makeRoutes(partsOf({ status })).routes.get('status.json');
  if (route === undefined) throw new Error('there is status');
  const asked = { path: [], query: new URLSearchParams(), accept: '', isForeign: false };
  const replies = Array.from({ length: 5 }, () => route(asked));
  for (const generation of [1, 2]) {
    t.equal(given.length, generation);
    given.at(-1)?.(statusReport({ generation }));
    await replies[generation - 1];
  }
  const generations = (await Promise.all(replies)).map(({ body }) => JSON.parse(body).generation);
  t.same(generations, [1, 2, 2, 2, 2], 'who came while one was made has the next');
  t.equal(given.length, 2);
});

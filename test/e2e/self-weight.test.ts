/** A mirror lowers its own weight: over a real server, into answers, reports and the next process. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import t from 'tap';
import type { MirrorReport } from '../../src/control/mirror-report.js';
import { until } from './program.js';
import { type Server, startServer } from './server.js';

async function whenSaid(server: Server, part: number): Promise<MirrorReport> {
  return until(async () => {
    const [mirror] = (await server.status()).zones[0]?.pools[0]?.mirrors ?? [];
    return mirror?.self_weight?.part === part ? mirror : undefined;
  }, `a part of ${part}`);
}

t.test('40 %, then out of answers, and the next process knows', async (t) => {
  let say = '40%\n';
  const web = createServer((request, response) => {
    response.end(request.url === '/weight' ? say : 'x');
  }).listen(0, '127.0.0.1');
  await once(web, 'listening');
  t.teardown(() => web.close());
  const bound = web.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  const zone = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { answers: 1, near_km: 20000, probe: { type: none } } }
mirrors:
  aurora: { addresses: [127.0.0.1], probe: { type: http, port: ${port} }, self_weight: { path: /weight, interval: 10s } }
  boreas: { addresses: [192.0.2.2] }
`;
  const server = await startServer(t, { zones: { 'z.yaml': zone } });
  const explain = async (of: Server): Promise<string> =>
    (await of.run('explain', 'dl.example.org', '--from', '5.249.168.1')).stdout;
  await whenSaid(server, 0.4);
  t.match(await explain(server), /aurora .* 0\.286 .*wants 40 % of its weight and cap by itself/);
  t.match((await server.run('status')).stdout, /aurora .*wants 40 %/);

  say = 'drain';
  await whenSaid(server, 0);
  t.match(await explain(server), /boreas .* 1\.000.*aurora .*drains by itself/s);
  t.match((await server.run('history')).stdout, /aurora .*wants 40 %.*aurora .*drains by itself/s);

  await server.stop();
  say = 'who knows';
  const next = await startServer(t, { home: server });
  const [mirror] = (await next.status()).zones[0]?.pools[0]?.mirrors ?? [];
  t.equal(mirror?.self_weight?.part, 0);
  t.match(await next.run('disable', 'boreas', '--reason', 'x', '--force'), { code: 0 });
  t.match(await explain(next), /aurora .* 1\.000/, 'a pool never answers nothing');
});

/** What mirrors say of themselves, asked over real sockets. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import t, { type Test } from 'tap';
import { parseAddress } from '../../src/ip/address.js';
import { systemClock } from '../../src/platform/clock.js';
import { createResolver } from '../../src/probe/resolve.js';
import { createSelfWeightRun, readSelfWeight, type SelfWeight } from '../../src/probe/self-weight.js';
import { soundZone } from '../zone/zone-text.js';

t.test('a part or nothing, and no more than all', async (t) => {
  for (const [text, part] of [
    ['40%', 0.4],
    ['100%\n', 1],
    [' 0% \r\n', 0],
    ['drain\n', 0],
    ['007%', 0.07],
  ] as const) {
    t.same(readSelfWeight(text), { part }, text);
  }
  for (const text of [
    '',
    '101%',
    '40',
    '-1%',
    '4.5%',
    '40 %',
    '40%\n50%',
    'Drain',
    '<html>',
    '%',
    'drain!',
  ]) {
    t.match(readSelfWeight(text), { error: /^says ".*", expected a line such as 40% or drain$/ }, text);
  }
});

async function ask(t: Test, listener: RequestListener, timeout = 5000): Promise<SelfWeight> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  const zone = soundZone(`zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { probe: { port: ${port}, redirects: same-mirror }, self_weight: {} } }
mirrors: { a: { addresses: [127.0.0.1], self_weight: { path: /say } } }
`);
  const probe = zone.pools[0]?.members[0]?.selfWeight;
  const address = parseAddress('127.0.0.1');
  if (probe === undefined || address === null) throw new Error('it is asked');
  const run = createSelfWeightRun({ clock: systemClock, version: 'test', resolver: createResolver() });
  const place = { zone: zone.name, pool: 'dl.example.org', mirror: 'a', address };
  return run({ ...place, probe: { ...probe, timeout } });
}

t.test('it is asked as it is probed, for another path', async (t) => {
  let asked = '';
  const say = await ask(t, ({ headers, url }, response) => {
    asked = `${headers.host?.replace(/:\d+$/, '')}${url}`;
    response.end('40%\n');
  });
  t.same(say, { part: 0.4 });
  t.equal(asked, 'dl.example.org/say');
});

t.test('anything else is no answer', async (t) => {
  t.match(await ask(t, (_, response) => response.writeHead(404).end('40%')), { error: /^404/ });
  t.match(await ask(t, (_, response) => response.end(`40%${' '.repeat(100)}`)), {
    error: 'a body of more than 64 octets',
  });
  t.match(await ask(t, (_, response) => response.end('much')), { error: /says "much"/ });
  t.match(await ask(t, (request) => request.socket.destroy()), { error: /closed/ });
  t.match(await ask(t, () => undefined, 50), { error: /^no answer within 50ms/ });
});

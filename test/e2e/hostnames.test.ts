/**
 * Mirrors that are given by host name: their addresses are resolved, followed when they change, and kept while they can't
 * be resolved.
 */
import t from 'tap';
import { type Hosts, serveNames } from '../probe/dns-server.js';
import { udpClient } from './dns-client.js';
import { startMirror } from './mirrors.js';
import { until } from './program.js';
import { makeHome, startServer } from './server.js';

const NAME = 'dl.example.org';

t.test('a mirror that is known by name', async (t) => {
  const [first, second] = await Promise.all([startMirror(t, '127.0.0.61'), startMirror(t, '127.0.0.62')]);
  const hosts: Hosts = new Map([['aurora.example.net', [first.address, '10.0.0.9', '::1']]]);
  const resolver = await serveNames(t, hosts, 1);
  const zone = `zone: ${NAME}
ns: [ns1.example.net]
special_addresses: [127.0.0.0/8, "::1/128"]
pools: { "@": { answers: 8, probe: { interval: 200ms, fast_interval: 50ms, timeout: 200ms } } }
mirrors:
  aurora: { hostname: aurora.example.net, probe: { port: ${first.port} } }
  boreas: { addresses: [127.0.0.63], probe: { type: none } }
  ghost: { hostname: nosuch.example.net }
`;
  const config = `geo: { city: city.mmdb }\nresolve: { servers: "${resolver}", interval: 1s }\n`;
  const home = await makeHome(t, { zones: { 'z.yaml': zone }, config });
  await home.write('zones/z.yaml', zone);
  const server = await startServer(t, { home });
  const client = await udpClient(t, server);
  const answered = async (type: 'A' | 'AAAA' = 'A') =>
    [...(await client.addresses({ name: NAME, type }))].sort();
  t.same(await answered(), [first.address, '127.0.0.63'], 'resolved before the first answer');
  t.same(await answered('AAAA'), ['::1'], 'in both families');
  t.match((await server.status()).hostnames, [
    { hostname: 'aurora.example.net', addresses: [first.address, '::1'] },
  ]);
  t.match(
    (await server.run('status')).stdout,
    /^aurora\.example\.net has special-purpose addresses, which .* not allow: 10\.0\.0\.9 \(private\)$/m,
  );

  await t.test('one that leads nowhere is named, and in the table all the same', async (t) => {
    const { stdout } = await server.run('status');
    t.match(
      stdout,
      /^UNRESOLVED: .*nosuch\.example\.net.* \(dl\.example\.org\/ghost\); no address is known, so it is in no answer$/m,
    );
    t.match(stdout, /^ +ghost +- .*no address of it is known$/m);
  });

  await t.test('where it moves it is answered once it was probed there', async (t) => {
    // The port is that of the first; nobody listens there on the second address yet.
    await second.become('close');
    hosts.set('aurora.example.net', [second.address]);
    await server.log.waitFor('hostname-changed', ({ to }) => to === second.address);
    await until(
      async () => ((await answered()).includes(first.address) ? undefined : true),
      'the old address to go',
    );
    t.same(await answered(), ['127.0.0.63'], 'the new one is not answered before it is good');
    t.match(
      JSON.parse(
        (
          await server.request(
            'POST',
            '/explain',
            JSON.stringify({ name: NAME, from: '5.249.168.1', type: 'A' }),
          )
        ).body,
      ).excluded,
      [{ mirror: 'aurora', address: second.address, reason: /^(new|down): / }],
    );
    hosts.set('aurora.example.net', [first.address]);
    await until(async () => ((await answered()).includes(first.address) ? true : undefined), 'its return');
  });

  await t.test('last known addresses stay, across a restart too', async (t) => {
    hosts.set('aurora.example.net', 'fails');
    await server.log.waitFor('hostname-unresolved', ({ hostname }) => hostname === 'aurora.example.net');
    t.same(await answered(), [first.address, '127.0.0.63']);
    t.match(
      (await server.run('status')).stdout,
      /^UNRESOLVED: aurora.*SERVFAIL.*last known addresses stay: 127\.0\.0\.61$/m,
    );
    await server.stop();
    const again = await startServer(t, { home });
    const addresses = await (await udpClient(t, again)).addresses({ name: NAME });
    t.same([...addresses].sort(), [first.address, '127.0.0.63']);
    const offline = await again.run('explain', NAME, '--from', '5.249.168.1', '--config', 'geopool.yaml');
    t.match(offline.stderr, /can't be looked up/);
    hosts.set('aurora.example.net', [first.address]);
    const probed = await again.run('probe', 'aurora', '--config', 'geopool.yaml', '--json');
    t.match(JSON.parse(probed.stdout), [{ mirror: 'aurora', address: first.address, ok: true }]);
    t.equal(probed.code, 0);
  });
});

/** A lone mirror near many clients keeps to its share of the world, and all reports say so. */
import t from 'tap';
import type { MirrorReport } from '../../src/control/mirror-report.js';
import { CLIENTS } from './places.js';
import { until } from './program.js';
import { type Server, startServer } from './server.js';

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { answers: 1, near_km: 0, probe: { type: none } } }
mirrors:
  aurora: { addresses: [192.0.2.1], location: { country: DE, latitude: 52.5, longitude: 13.4 }, max_world_share: 0.4 }
  cascade: { addresses: [192.0.2.2], location: { country: US, latitude: 41.9, longitude: -87.6 } }
  fuji: { addresses: [192.0.2.3], location: { country: JP, latitude: 35.7, longitude: 139.7 } }
`;

/** The mirrors, as soon as the server's status is as it should be. */
function whenShared(
  server: Server,
  isSo: (mirrors: readonly MirrorReport[]) => boolean,
): Promise<readonly MirrorReport[]> {
  return until(async () => {
    const mirrors = (await server.status()).zones[0]?.pools[0]?.mirrors ?? [];
    return isSo(mirrors) ? mirrors : undefined;
  }, 'the shares');
}

t.test('by addresses, by weights of the world, and in words', async (t) => {
  const server = await startServer(t, { zones: { 'z.yaml': ZONE } });
  // A /24 in each of three countries.
  const even = await whenShared(server, (mirrors) => mirrors.every((one) => one.world_share !== undefined));
  t.match(
    even.map(({ world_share }) => world_share),
    [
      { limit: 0.4, factor: 1 },
      { limit: 1, factor: 1 },
      { limit: 1, factor: 1 },
    ],
  );

  await server.write('weights', 'DE 8\nUS: 1\nJP 1\n');
  await server.write('geopool.yaml', 'geo: { city: city.mmdb }\nworld_weights: weights\n');
  t.match(await server.run('reload'), { code: 0 });
  const [aurora] = await whenShared(server, ([first]) => (first?.world_share?.factor ?? 1) < 1);
  t.ok(Math.abs((aurora?.world_share?.factor ?? 0) - 0.5) < 0.01, '40 of 80');
  const from = CLIENTS.berlin.replace(/\/.*/, '');
  const { stdout } = await server.run('explain', 'dl.example.org', '--from', from);
  t.match(stdout, /aurora .* 0\.5\d* .*world share: 50 % of its weight and cap .* 40 % of all traffic/);
  t.match((await server.run('status')).stdout, /aurora .*world share: 50 %/);

  await server.write('weights', 'DE 8\nUSA 1\n');
  const refused = await server.run('reload');
  t.equal(refused.code, 1);
  t.match(refused.stdout + refused.stderr, /weights:2:1: "USA" is not a country/);
  const [still] = await whenShared(server, () => true);
  t.same(still?.world_share, aurora?.world_share, 'all is as before');
});

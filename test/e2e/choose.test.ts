/**
 * Names by which users choose a mirror, queried with dig with and without a client subnet. Also what `explain` and `status`
 * say of them.
 */
import t from 'tap';
import type { Explanation } from '../../src/compile/explain.js';
import { CLIENTS } from './places.js';
import { startServer } from './server.js';
import { missing, runTool } from './tools.js';

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { near_km: 0, answers: 1, choose: [country, continent, mirror], probe: { type: none } } }
mirrors:
  aurora: { addresses: [192.0.2.1, "2001:db8::1"], location: { country: DE, latitude: 52.5, longitude: 13.4 } }
  boreas: { addresses: [192.0.2.2], location: { country: FR, latitude: 48.9, longitude: 2.4 } }
  cascade: { addresses: [192.0.2.3], location: { country: US, latitude: 41.9, longitude: -87.6 } }
  dune: { addresses: [192.0.2.4], location: { country: US, latitude: 37.3, longitude: -121.9 } }
  fuji: { addresses: ["2001:db8::5"] }
`;

t.test('choose', { skip: missing('dig') }, async (t) => {
  const server = await startServer(t, { zones: { 'dl.example.org.yaml': ZONE } });
  const dig = (name: string, type: string, ...more: string[]) =>
    runTool('dig', ['@127.0.0.1', '-p', String(server.port), `${name}.dl.example.org`, type, ...more]);
  const from = (subnet: string) => `+subnet=${subnet}`;

  t.match(await dig('us', 'A', from(CLIENTS.chicago)), /\tA\t192\.0\.2\.3$/m);
  t.match(
    await dig('us', 'A', from(CLIENTS.tokyo)),
    /\tA\t192\.0\.2\.4$/m,
    'the nearest of those that are there',
  );
  t.match(await dig('Europe', 'A', from(CLIENTS.chicago)), /\tA\t192\.0\.2\.[12]$/m);
  t.match(await dig('north-america', 'A', '+tcp', from(CLIENTS.berlin)), /\tA\t192\.0\.2\.3$/m);
  t.match(
    await dig('boreas', 'A', from(CLIENTS.tokyo)),
    /CLIENT-SUBNET: \S+\/24\/0[\s\S]*\tA\t192\.0\.2\.2$/m,
  );
  t.match(await dig('boreas', 'AAAA'), /NOERROR[\s\S]*ANSWER: 0, AUTHORITY: 1[\s\S]*\tSOA\t/);
  t.match(await dig('fuji', 'AAAA'), /\tAAAA\t2001:db8::5$/m, 'nobody knows where it is, but it has a name');
  for (const name of ['jp', 'asia', 'x.us'])
    t.match(await dig(name, 'A'), /NXDOMAIN[\s\S]*ANSWER: 0, AUTHORITY: 1[\s\S]*\tSOA\t/, name);

  const question = { name: 'us.dl.example.org', from: '5.249.170.1', type: 'A' };
  const { body } = await server.request('POST', '/explain', JSON.stringify(question));
  const explained: Explanation = JSON.parse(body);
  t.match(explained, { name: question.name, answers: 1, client: { country: 'JP' } });
  t.strictSame(
    explained.candidates.map(({ mirror, probability }) => [mirror, probability]),
    [
      ['dune', 1],
      ['cascade', 0],
    ],
  );
  const ofFiles = await server.run(
    'explain',
    question.name,
    '--from',
    question.from,
    '--config',
    'geopool.yaml',
    '--json',
  );
  t.strictSame(JSON.parse(ofFiles.stdout), explained, 'and by the files');

  const status = await server.status();
  t.strictSame(
    status.zones.flatMap(({ pools }) => pools.map(({ name }) => name)),
    ['dl.example.org'],
  );
  const [ipv4] = status.counters.pools;
  t.match(ipv4, { name: 'dl.example.org', answers: 5, chosen: 5, addresses: { length: 4 } });
  t.strictSame(status.maps.grid, []);

  const disabled = await server.run('disable', 'boreas', '--reason', 'test');
  t.equal(disabled.code, 0, disabled.stderr);
  t.match(await dig('boreas', 'A'), /NOERROR[\s\S]*ANSWER: 0, AUTHORITY: 1/);
  t.notMatch(await dig('fr', 'A'), /ANSWER: 1/);
  t.match(await dig('europe', 'A'), /\tA\t192\.0\.2\.1$/m);
});

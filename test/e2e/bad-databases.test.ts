/**
 * MaxMind's deliberately bad databases in the place of a good one: each is refused or harmless, whatever is wrong with it.
 */
import { existsSync, readdirSync } from 'node:fs';
import { copyFile, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { type DnsClient, udpClient } from './dns-client.js';
import { CLIENTS } from './places.js';
import { makeHome, startServer } from './server.js';

const zones = {
  'z.yaml': `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { answers: 1, near_km: 0, probe: { type: none } } }
mirrors:
  aurora: { addresses: [192.0.2.1], location: { country: DE, latitude: 52.5, longitude: 13.4 } }
  boreas: { addresses: [192.0.2.2], location: { country: US, latitude: 41.9, longitude: -87.6 } }
`,
};

const nearBerlin = (client: DnsClient): Promise<readonly string[]> =>
  client.addresses({ name: 'dl.example.org', subnet: CLIENTS.berlin });

const BAD = join(process.cwd(), '..', 'shared', 'maxmind-db', 'bad-data');
const bad = existsSync(BAD) ? readdirSync(BAD).filter((file) => file.endsWith('.mmdb')) : [];

t.test('deliberately bad databases', { skip: bad.length === 0 ? `not there: ${BAD}` : false }, async (t) => {
  const server = await startServer(t, { zones });
  const client = await udpClient(t, server);
  for (const file of bad) {
    await copyFile(join(BAD, file), join(server.dir, 'beside.mmdb'));
    await rename(join(server.dir, 'beside.mmdb'), join(server.dir, 'city.mmdb'));
    const { status, body } = await server.request('POST', '/reload', '{}');
    t.equal(status, 200, file);
    t.match(JSON.parse(body), { zones: 1, faults: [] }, file);
    const { geo, geo_problems, reload_error } = await server.status();
    t.equal(reload_error, undefined, file);
    t.ok(
      geo_problems[0]?.startsWith('city.mmdb: ') || geo[0]?.source === 'configured',
      `${file}: refused or harmless`,
    );
    t.notMatch(geo_problems.join(), /\n|at \w+ \(/, 'said in one line');
    t.same((await nearBerlin(client)).length, 1, `${file}: answers go on`);
  }

  await t.test('and at a start', async (t) => {
    for (const file of ['libmaxminddb-deep-nesting.mmdb', 'libmaxminddb-corrupt-search-tree.mmdb']) {
      const home = await makeHome(t, { zones });
      await home.write('city.mmdb', await readFile(join(BAD, file)));
      const started = await startServer(t, { home });
      t.equal((await nearBerlin(await udpClient(t, started))).length, 1, file);
    }
  });
});

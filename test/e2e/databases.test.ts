/**
 * Location databases that the operator puts there, and that something else replaces while the server runs: a good one is
 * taken, whatever is wrong with a bad one is said, and answers never stop.
 */
import { rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { writeMmdb } from '../mmdb-writer.js';
import { type DnsClient, udpClient } from './dns-client.js';
import { BERLIN, CHICAGO, CLIENTS, smallCity } from './places.js';
import { makeHome, type Server, startServer } from './server.js';

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { answers: 1, near_km: 0, probe: { type: none } } }
mirrors:
  aurora: { addresses: [192.0.2.1], location: { country: DE, latitude: 52.5, longitude: 13.4 } }
  boreas: { addresses: [192.0.2.2], location: { country: US, latitude: 41.9, longitude: -87.6 } }
`;
const zones = { 'z.yaml': ZONE };

/** The small database with its first two places exchanged. */
function exchanged(buildEpoch: number): Buffer {
  return writeMmdb({
    type: 'Test-City',
    buildEpoch,
    entries: { [CLIENTS.berlin]: CHICAGO, [CLIENTS.chicago]: BERLIN },
  });
}

const nearBerlin = (client: DnsClient): Promise<readonly string[]> =>
  client.addresses({ name: 'dl.example.org', subnet: CLIENTS.berlin });

async function replace(server: Server, bytes: Uint8Array): Promise<void> {
  await server.write('beside.mmdb', bytes);
  await rename(join(server.dir, 'beside.mmdb'), join(server.dir, 'city.mmdb'));
}

t.test('replaced while it serves', async (t) => {
  const server = await startServer(t, { zones });
  const client = await udpClient(t, server);
  t.same(await nearBerlin(client), ['192.0.2.1']);
  let asking = true;
  const meanwhile = (async () => {
    let asked = 0;
    for (; asking; asked++) {
      if ((await nearBerlin(client)).length !== 1) return 'an answer without an address';
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return asked > 100 ? 'well' : 'too few were asked';
  })();

  await replace(server, exchanged(1_750_000_500));
  // The watch looks every few seconds; nobody tells the server.
  const changed = await server.log.waitFor('database-changed');
  await server.log.waitFor('serving', () => true, server.log.lines.indexOf(changed));
  t.same(await nearBerlin(client), ['192.0.2.2'], 'what it says now');
  t.match((await server.status()).geo, [{ source: 'configured', build_epoch: 1_750_000_500 }]);

  await replace(server, Buffer.from('not a database at all'));
  const { code } = await server.run('reload');
  t.equal(code, 0, 'the zones are as they should be');
  t.match(await server.log.waitFor('database-passed-over'), { level: 'warn', problem: /^city\.mmdb: / });
  const { geo, geo_problems } = await server.status();
  t.match(geo_problems, [/^city\.mmdb: .*not a MaxMind DB file/]);
  t.match(geo, [{ source: 'embedded' }], 'the next best one serves');
  t.equal((await nearBerlin(client)).length, 1);
  t.match((await server.run('status')).stdout, /^ +passed over: city\.mmdb: /m);

  await replace(server, smallCity());
  t.equal((await server.run('reload')).code, 0);
  t.match(await server.status(), { geo_problems: [], geo: [{ source: 'configured' }] });
  t.same(await nearBerlin(client), ['192.0.2.1'], 'and a good one again');

  await rm(join(server.dir, 'city.mmdb'));
  t.equal((await server.run('reload')).code, 0);
  t.match(await server.status(), {
    geo_problems: [/^city\.mmdb: .*ENOENT|no such file/],
    geo: [{ source: 'embedded' }],
  });

  asking = false;
  t.equal(await meanwhile, 'well', 'answers went on all the time');
});

t.test('networks and AS numbers come first', async (t) => {
  const zone = ZONE.replace(
    'addresses: [192.0.2.2],',
    'addresses: [192.0.2.2], asn: [64500], networks: [5.249.170.0/24],',
  );
  const home = await makeHome(t, {
    zones: { 'z.yaml': zone },
    config: 'geo: { city: city.mmdb, asn: asn.mmdb }\n',
  });
  await home.write(
    'asn.mmdb',
    writeMmdb({
      type: 'Test-ASN',
      entries: {
        '5.249.168.128/25': { autonomous_system_number: 64500 },
        '5.249.171.0/24': { autonomous_system_number: 1 },
      },
    }),
  );
  const server = await startServer(t, { home });
  const client = await udpClient(t, server);
  const get = (subnet: string): Promise<readonly string[]> =>
    client.addresses({ name: 'dl.example.org', subnet });
  t.same(await get('5.249.168.0/25'), ['192.0.2.1'], 'by distance');
  t.same(await get('5.249.168.128/25'), ['192.0.2.2'], 'by AS');
  t.same(await get('5.249.170.0/24'), ['192.0.2.2'], 'by network');
  const { additionals } = await client.ask({ name: 'dl.example.org', subnet: '5.249.168.0/24' });
  t.match(additionals, [{ options: [{ scopePrefixLength: 25 }] }], 'half of it would get another answer');
  const explain = await server.run('explain', 'dl.example.org', '--from', '5.249.168.129', '--json');
  t.match(JSON.parse(explain.stdout), {
    client: { asn: 64500 },
    candidates: [{ mirror: 'boreas', tier: 'asn', band: 1 }, {}],
  });
  t.match((await server.status()).geo, [{ type: 'Test-City' }, { type: 'Test-ASN' }]);
});

t.test('the wrong kind of database, or a part of one, is passed over at a start', async (t) => {
  const home = await makeHome(t, { zones });
  await home.write(
    'city.mmdb',
    writeMmdb({ type: 'Test-ASN', entries: { '192.0.2.0/24': { autonomous_system_number: 1 } } }),
  );
  const first = await startServer(t, { home });
  t.match(await first.status(), {
    geo: [{ source: 'embedded' }],
    geo_problems: [/city\.mmdb: .*Test-ASN does not name locations/],
  });
  await first.stop();
  await home.write('city.mmdb', smallCity());
  await truncate(join(home.dir, 'city.mmdb'), 500);
  const second = await startServer(t, { home });
  t.match(await second.status(), { geo: [{ source: 'embedded' }], geo_problems: [/city\.mmdb: /] });
  t.equal((await nearBerlin(await udpClient(t, second))).length, 1);
});

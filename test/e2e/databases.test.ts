/**
 * Location databases that an operator installs and another program replaces while the server runs: a good one is used, the
 * fault of a bad one is reported, and the server never stops answering.
 */
import { rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { writeMmdb } from '../mmdb-writer.js';
import { type DnsClient, udpClient } from './dns-client.js';
import { BERLIN, CHICAGO, CLIENTS, smallCity, TOKYO } from './places.js';
import { runProgram } from './program.js';
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
  await server.log.waitFor('database-kept', () => true, server.log.lines.indexOf(changed));

  await replace(server, Buffer.from('not a database at all'));
  const { code } = await server.run('reload');
  t.equal(code, 0, 'the zones are as they should be');
  t.match(await server.log.waitFor('database-skipped'), { level: 'warn', problem: /^city\.mmdb: / });
  const { geo, geo_problems } = await server.status();
  t.match(geo_problems, [/^city\.mmdb: .*not a MaxMind DB file/]);
  t.match(geo, [{ source: 'kept', build_epoch: 1_750_000_500 }], 'the last good one serves');
  t.same(await nearBerlin(client), ['192.0.2.2'], 'and nobody is sent elsewhere');
  t.match(
    (await server.run('status')).stdout,
    /^ +passed over: city\.mmdb: .*; its last good copy, Test-City made 2025-06-15, serves$/m,
  );

  await replace(server, smallCity());
  t.equal((await server.run('reload')).code, 0);
  t.match(await server.status(), { geo_problems: [], geo: [{ source: 'configured' }] });
  t.same(await nearBerlin(client), ['192.0.2.1'], 'and a good one again');

  asking = false;
  t.equal(await meanwhile, 'well', 'answers went on all the time');
});

t.test('cut, damaged, useless or gone: the last good one serves, over a restart too', async (t) => {
  const home = await makeHome(t, { zones });
  await home.write('city.mmdb', smallCity());
  const path = join(home.dir, 'city.mmdb');
  const ruins: Record<string, () => Promise<void>> = {
    'cut in place': () => truncate(path, 500),
    // The tree leads nowhere; the metadata at the end are as they were.
    'damaged in place': () => writeFile(path, smallCity().fill(0xee, 0, 64)),
    'one that locates nobody': () =>
      writeFile(path, writeMmdb({ type: 'Test-City', entries: { '198.18.0.0/15': { city: 'Boxford' } } })),
    'an odd shape': () =>
      writeFile(path, writeMmdb({ type: 'Vendor', entries: { '198.18.0.0/15': { where: 'DE' } } })),
    gone: () => rm(path),
  };
  const server = await startServer(t, { home });
  const client = await udpClient(t, server);
  const expected = {
    geo: [{ source: 'kept', type: 'Test-City' }],
    geo_problems: [/^city\.mmdb: .*last good copy/],
  };
  let from = 0;
  for (const [name, ruin] of Object.entries(ruins)) {
    from = server.log.lines.indexOf(await server.log.waitFor('database-kept', () => true, from)) + 1;
    await ruin();
    t.equal((await server.run('reload')).code, 0);
    t.match(await server.status(), expected, name);
    t.same(await nearBerlin(client), ['192.0.2.1'], `${name}: nobody moves`);
    if (name === 'gone') break;
    await home.write('city.mmdb', smallCity());
    t.equal((await server.run('reload')).code, 0);
    t.match((await server.status()).geo, [{ source: 'configured' }]);
  }
  await server.stop();

  const again = await startServer(t, { home });
  t.match(await again.status(), expected, 'after a restart');
  t.same(await nearBerlin(await udpClient(t, again)), ['192.0.2.1']);
  t.match((await again.run('geo', 'info')).stdout, /^database Test-City, kept, /);
});

t.test("IPinfo's shape is read", async (t) => {
  const home = await makeHome(t, { zones });
  const lite = (country: string): Record<string, string> => ({ country, country_name: 'X', asn: 'AS64500' });
  const bytes = writeMmdb({
    type: 'ipinfo country_asn.mmdb',
    entries: { [CLIENTS.berlin]: lite('DE'), [CLIENTS.chicago]: lite('US') },
  });
  await home.write('city.mmdb', bytes);
  const server = await startServer(t, { home });
  const client = await udpClient(t, server);
  t.match(await server.status(), { geo: [{ type: 'ipinfo country_asn.mmdb' }], geo_problems: [] });
  t.same(await nearBerlin(client), ['192.0.2.1']);
  t.same(await client.addresses({ name: 'dl.example.org', subnet: CLIENTS.chicago }), ['192.0.2.2']);
});

t.test('asn rules without a database of AS numbers are said', async (t) => {
  const zone = ZONE.replace('addresses: [192.0.2.2],', 'addresses: [192.0.2.2], asn: [64500],');
  const server = await startServer(t, { zones: { 'z.yaml': zone } });
  const said = /^zones\/z\.yaml:1:1: AS numbers of boreas match no client, for there is no database of them/;
  t.match((await server.status()).geo_warnings, [said]);
  t.match((await server.run('status')).stdout, /^ +warning: zones\/z\.yaml:1:1: AS numbers of boreas /m);
  t.match(await server.log.waitFor('asn-unused'), { level: 'warn', warning: said });
  const check = ['check', '--config', 'geopool.yaml'];
  t.match(await runProgram(check, { cwd: server.dir }), {
    code: 0,
    stderr:
      /^zones\/z\.yaml:\d+:\d+: warning: AS numbers of boreas match no client.* \[asn-without-database\]$/m,
  });
  const asns = writeMmdb({
    type: 'Test-ASN',
    entries: { '198.18.0.0/24': { autonomous_system_number: 64500 } },
  });
  await server.write('asn.mmdb', asns);
  await server.write('geopool.yaml', 'geo: { city: city.mmdb, asn: asn.mmdb }\n');
  t.match(await runProgram(check, { cwd: server.dir }), { code: 0, stderr: /^$/ });
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

t.test('one that would move much is held until somebody has looked', async (t) => {
  const server = await startServer(t, { zones });
  const client = await udpClient(t, server);
  await server.log.waitFor('database-kept');
  const moved = writeMmdb({
    type: 'Test-City',
    buildEpoch: 1_750_000_500,
    entries: { [CLIENTS.berlin]: CHICAGO, [CLIENTS.chicago]: CHICAGO, [CLIENTS.tokyo]: TOKYO },
  });
  await replace(server, moved);
  t.equal((await server.run('reload')).code, 0);
  t.match(await server.log.waitFor('database-held'), { level: 'warn', pool: 'dl.example.org' });
  t.match(await server.status(), {
    geo: [{ source: 'kept', build_epoch: 1_750_000_000 }],
    geo_held: [{ type: 'Test-City', path: 'city.mmdb', pool: 'dl.example.org' }],
  });
  t.same(await nearBerlin(client), ['192.0.2.1'], 'nobody is sent elsewhere');
  t.match(
    (await server.run('status')).stdout,
    /passed over: city\.mmdb is held, since it would move 33\.3 %/,
  );
  t.match((await server.run('monitor')).stdout, /city\.mmdb is held/);
  const { code, stdout } = await server.run('geo', 'accept');
  t.equal(code, 0);
  t.match(stdout, /Test-City, city\.mmdb: is read now, and serves/);
  await server.log.waitFor(
    'database-kept',
    ({ path }) => path === 'city.mmdb',
    server.log.lines.findIndex(({ event }) => event === 'database-accepted'),
  );
  t.same(await nearBerlin(client), ['192.0.2.2']);
  t.match(await server.status(), { geo: [{ source: 'configured' }], geo_held: [] });
  t.equal((await server.run('geo', 'reject')).code, 1, 'nothing is held any more');
});

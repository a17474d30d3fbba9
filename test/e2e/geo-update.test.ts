/**
 * `geo update` through the running server, against an update service on loopback: a fetched database serves at once, a
 * forged or broken one never does, and the license key can be read nowhere.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { EMPTY_LEDGER, noteCheck } from '../../src/update/ledger.js';
import { writeMmdb } from '../mmdb-writer.js';
import { startFakeProxy } from '../update/fake-proxy.js';
import {
  type FakeUpdateServer,
  md5,
  metadataOf,
  sendArchive,
  sendJson,
  startFakeUpdateServer,
  status,
  tarGz,
} from '../update/fake-update-server.js';
import { ledgerText } from '../update/scenery.js';
import { type DnsClient, udpClient } from './dns-client.js';
import { CLIENTS, smallCity } from './places.js';
import { soonest } from './program.js';
import { makeHome, type Server, startServer } from './server.js';

const CITY = 'GeoLite2-City';
const KEY = 'Open-Sesame-0123456789';

const zones = {
  'z.yaml': `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { answers: 1, near_km: 0, probe: { type: none } } }
mirrors:
  aurora: { addresses: [192.0.2.1], location: { country: DE, latitude: 52.5, longitude: 13.4 } }
  boreas: { addresses: [192.0.2.2], location: { country: US, latitude: 41.9, longitude: -87.6 } }
`,
};

interface Scene {
  readonly updates: FakeUpdateServer;
  readonly server: Server;
  readonly client: DnsClient;
}

interface Before {
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it has a database, and fetched it just now: one that has none fetches it by itself, sooner or later. */
  readonly fetched?: boolean;
}

async function setUp(t: Test, { env, fetched = false }: Before = {}): Promise<Scene> {
  const updates = await startFakeUpdateServer();
  t.teardown(() => updates.close());
  const account = env === undefined ? `account_id: 42, license_key_file: key, host: "${updates.host}", ` : '';
  const home = await makeHome(t, {
    zones,
    config: `geo: { update: { ${account}editions: [${CITY}], schedule: 0 0 1 1 * } }\n`,
  });
  await home.write('key', `${KEY}\n`);
  if (fetched) {
    const nowhere = { '5.249.168.0/21': { country: { iso_code: 'JP' } } };
    const directory = join('state', 'geo');
    await home.write(join(directory, `${CITY}.mmdb`), writeMmdb({ type: CITY, entries: nowhere }));
    await home.write(join(directory, 'updates.json'), ledgerText(noteCheck(EMPTY_LEDGER, CITY, Date.now())));
  }
  const server = await startServer(t, {
    home,
    ...(env !== undefined && { env: { ...env, GEOIPUPDATE_HOST: updates.host } }),
  });
  return { updates, server, client: await udpClient(t, server) };
}

/** Berlin's answer, and Chicago's: no database but those that are fetched knows either. */
async function located({ client }: Scene): Promise<boolean> {
  const ask = async (subnet: string): Promise<string> =>
    (await client.addresses({ name: 'dl.example.org', subnet })).join();
  const seen = new Set<string>();
  for (let i = 0; i < 8; i++) seen.add(`${await ask(CLIENTS.berlin)} ${await ask(CLIENTS.chicago)}`);
  return seen.size === 1 && seen.has('192.0.2.1 192.0.2.2');
}

t.test('updated, current, refused', async (t) => {
  const scene = await setUp(t, { fetched: true });
  const { updates, server, client } = scene;
  const update = () => server.run('geo', 'update');
  let asking = true;
  const meanwhile = (async () => {
    for (let asked = 0; ; asked++) {
      if (!asking) return asked > 50 ? 'well' : 'too few were asked';
      if ((await client.addresses({ name: 'dl.example.org' })).length !== 1)
        return 'an answer without an address';
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();

  await updates.publish(CITY, smallCity(1_750_000_100, CITY));
  t.notOk(await located(scene));
  t.match(await update(), { code: 0, stdout: `${CITY}: updated\n`, stderr: '' });
  t.ok(await located(scene), 'and serves when the verb returns');
  const path = join('state', 'geo', `${CITY}.mmdb`);
  t.match((await server.status()).geo, [{ type: CITY, source: 'updated', build_epoch: 1_750_000_100, path }]);
  t.match(await server.run('geo', 'info'), {
    code: 0,
    stdout: new RegExp(
      `^database ${CITY}, updated, .*\nThis product includes GeoLite Data created by MaxMind`,
    ),
  });
  t.match(updates.asked[0]?.headers.authorization, `Basic ${Buffer.from(`42:${KEY}`).toString('base64')}`);
  t.equal(updates.asked.find(({ place }) => place === 'storage')?.headers.authorization, undefined);

  t.match(await update(), { code: 0, stdout: `${CITY}: current\n` });
  t.match((await server.status()).updates, [
    { edition: CITY, last_success: /^20/, last_check: /^20/, next_run: /^20/ },
  ]);
  t.match(
    (await server.run('status')).stdout,
    new RegExp(`^${CITY}: last fetched or found current \\d+s ago; next run `, 'm'),
  );

  await t.test('a forged one', async (t) => {
    const forged = await tarGz([[{ name: `x/${CITY}.mmdb` }, smallCity(1_750_000_200, CITY)]]);
    await updates.publish(CITY, smallCity(1_750_000_300, CITY));
    updates.once('storage', (_request, response) => sendArchive(response, forged));
    t.match(await update(), {
      code: 1,
      stdout: '',
      stderr: new RegExp(`^${CITY}: failed: .*does not have the hash`, 'm'),
    });
  });

  await t.test('a corrupt one with the right hash', async (t) => {
    const corrupt = smallCity(1_750_000_200, CITY);
    // The tree leads nowhere any more; the metadata at the end are as they were.
    corrupt.fill(0xee, 0, 64);
    await updates.publish(CITY, corrupt);
    t.match(await update(), { code: 1, stderr: new RegExp(`^${CITY}: failed: .*not fit to serve`, 'm') });
  });

  await t.test('one of another edition', async (t) => {
    await updates.publish(CITY, smallCity(1_750_000_200, 'GeoLite2-Country'));
    t.match(await update(), { code: 1, stderr: /GeoLite2-Country, not GeoLite2-City/ });
  });

  await t.test('an account that is not known', async (t) => {
    updates.once('metadata', status(401));
    t.match(await update(), {
      code: 1,
      stderr: new RegExp(`^${CITY}: failed: .*account or key refused`, 'm'),
    });
    t.match((await server.status()).updates, [{ last_error: /account or key refused/ }]);
  });

  await t.test('nonsense for metadata', async (t) => {
    updates.once('metadata', (_request, response) => sendJson(response, { databases: [] }));
    t.match(await update(), { code: 1, stderr: new RegExp(`^${CITY}: failed: `, 'm') });
    updates.once('metadata', (_request, response) =>
      sendJson(response, metadataOf('GeoLite2-ASN', md5(Buffer.alloc(0)))),
    );
    t.match(await update(), { code: 1 });
  });

  t.ok(await located(scene), 'after all of that the old one serves');
  t.match((await server.status()).geo, [{ build_epoch: 1_750_000_100 }]);

  await updates.publish(CITY, smallCity(1_750_000_400, CITY));
  t.match(
    await update(),
    { code: 0, stdout: `${CITY}: updated\n`, stderr: '' },
    'and a good one is taken again',
  );
  t.match((await server.status()).geo, [{ build_epoch: 1_750_000_400 }]);
  asking = false;
  t.equal(await meanwhile, 'well', 'answers went on all the time');

  const events = server.log.lines.map(({ event }) => event);
  t.ok(events.includes('database-updated') && events.includes('database-update-failed'), 'the log tells');
  const said = [
    server.log.output(),
    JSON.stringify(await server.status()),
    (await server.run('status')).stdout,
  ];
  const names = await readdir(join(server.dir, 'state', 'geo'));
  for (const name of names) said.push(await readFile(join(server.dir, 'state', 'geo', name), 'latin1'));
  const encoded = Buffer.from(`42:${KEY}`).toString('base64');
  t.notOk(
    said.some((text) => text.includes(KEY) || text.includes(encoded)),
    'the key is nowhere',
  );
  t.same(
    names.filter((name) => name.endsWith('.tmp') || name.endsWith('.previous')),
    [],
    'nothing is left behind',
  );
});

t.test('paid editions serve as soon as they are fetched', async (t) => {
  const scene = await setUp(t, {
    env: {
      GEOIPUPDATE_ACCOUNT_ID: '7',
      GEOIPUPDATE_LICENSE_KEY: KEY,
      GEOIPUPDATE_EDITION_IDS: 'GeoIP2-Enterprise GeoIP2-ISP',
    },
  });
  const { updates, server } = scene;
  await updates.publish('GeoIP2-Enterprise', smallCity(1_750_000_100, 'GeoIP2-Enterprise'));
  const entries = { [CLIENTS.berlin]: { autonomous_system_number: 64500, isp: 'Example' } };
  await updates.publish('GeoIP2-ISP', writeMmdb({ type: 'GeoIP2-ISP', entries }));
  t.match(await server.run('geo', 'update'), { code: 0 });
  t.match((await server.status()).geo, [
    { type: 'GeoIP2-Enterprise', source: 'updated' },
    { type: 'GeoIP2-ISP', source: 'updated' },
  ]);
  t.ok(await located(scene));
  const client = CLIENTS.berlin.replace('/24', '');
  const explain = await server.run('explain', 'dl.example.org', '--from', client, '--json');
  t.match(JSON.parse(explain.stdout), { client: { country: 'DE', asn: 64500 } });
});

t.test('account and key from the environment of geoipupdate', async (t) => {
  const scene = await setUp(t, { env: { GEOIPUPDATE_ACCOUNT_ID: '7', GEOIPUPDATE_LICENSE_KEY: KEY } });
  await scene.updates.publish(CITY, smallCity(1_750_000_100, CITY));
  t.match(await scene.server.run('geo', 'update'), { code: 0 });
  t.ok(await located(scene));
  t.match(
    scene.updates.asked[0]?.headers.authorization,
    `Basic ${Buffer.from(`7:${KEY}`).toString('base64')}`,
  );
  t.match(await scene.server.stop(), { code: 0 });

  const again = await startServer(t, {
    home: scene.server,
    env: { GEOIPUPDATE_ACCOUNT_ID: '7', GEOIPUPDATE_LICENSE_KEY: KEY, GEOIPUPDATE_HOST: scene.updates.host },
  });
  t.match((await again.status()).geo, [{ type: CITY, source: 'updated' }], 'the next start has it');
});

t.test('without a server the files are fetched for its next start', async (t) => {
  const updates = await startFakeUpdateServer();
  t.teardown(() => updates.close());
  await updates.publish(CITY, smallCity(1_750_000_100, CITY));
  const home = await makeHome(t, {
    zones,
    config: `state: state\ngeo: { update: { account_id: 42, license_key: ${KEY}, host: "${updates.host}", editions: [${CITY}] } }\n`,
  });
  t.match(await home.run('geo', 'update', '--config', 'geopool.yaml'), {
    code: 0,
    stdout: `${CITY}: updated\n`,
  });
  t.match(await home.run('geo', 'info', '--config', 'geopool.yaml'), {
    code: 0,
    stdout: new RegExp(`^database ${CITY}, updated`),
  });
  updates.once('metadata', status(401));
  const refused = await home.run('geo', 'update', '--config', 'geopool.yaml');
  t.match(refused, { code: 1, stderr: /account or key refused/ });
  t.notOk(`${refused.stdout}${refused.stderr}`.includes(KEY));
  const server = await startServer(t, { home });
  t.match((await server.status()).geo, [{ type: CITY, source: 'updated' }]);
});

t.test('through the proxy of the environment, whose password is nowhere to be read', async (t) => {
  const proxy = await startFakeProxy();
  t.teardown(() => proxy.close());
  const { updates, server } = await setUp(t, {
    env: {
      GEOIPUPDATE_ACCOUNT_ID: '7',
      GEOIPUPDATE_LICENSE_KEY: KEY,
      GEOIPUPDATE_PROXY: proxy.address,
      GEOIPUPDATE_PROXY_USER_PASSWORD: 'anna:Proxy-Sesame',
    },
  });
  await updates.publish(CITY, smallCity(1_750_000_100, CITY));
  t.match(await server.run('geo', 'update'), { code: 0, stdout: /updated|current/ });
  t.ok(proxy.asked.length > 0);
  t.equal(proxy.asked[0]?.authorization, `Basic ${Buffer.from('anna:Proxy-Sesame').toString('base64')}`);
  const said = [server.log.output(), JSON.stringify(await server.status())];
  t.notOk(said.some((text) => text.includes('Proxy-Sesame') || text.includes('anna')));
});

t.test('whoever waits at a terminal is told what for, with a server and without', async (t) => {
  const { updates, server } = await setUp(t, { fetched: true });
  await updates.publish(CITY, smallCity(1_750_000_100, CITY));
  const told = new RegExp(`^${CITY}: 127\\.0\\.0\\.1:\\d+ answered 503; asking again in [34] s$`, 'm');
  updates.once('metadata', status(503, { 'retry-after': '3' }));
  t.match(await server.run('geo', 'update'), { code: 0, stdout: `${CITY}: updated\n`, stderr: told });
  t.match(await server.stop(), { code: 0 });
  updates.once('metadata', status(503, { 'retry-after': '3' }));
  await server.write(
    'alone.yaml',
    `state: state\ngeo: { update: { account_id: 42, license_key_file: key, host: "${updates.host}", editions: [${CITY}] } }\n`,
  );
  t.match(await server.run('geo', 'update', '--config', 'alone.yaml'), {
    code: 0,
    stdout: `${CITY}: current\n`,
    stderr: told,
  });
});

t.test('an update under way is cut off by the end', async (t) => {
  const ms = await soonest(2500, () => endsWhileFetching(t));
  t.ok(ms < 2500, `after ${ms.toFixed()} ms`);
});

/** Milliseconds until the end of a server that is in the middle of a download. */
async function endsWhileFetching(t: Test): Promise<number> {
  const { updates, server } = await setUp(t);
  await updates.publish(CITY, smallCity(1_750_000_100, CITY));
  const asked = new Promise<void>((resolve) => {
    updates.always('storage', (_request, response) => {
      response.writeHead(200, {
        'last-modified': 'Tue, 06 Jan 2026 17:35:03 GMT',
        'content-length': 100_000,
      });
      response.write('the beginning');
      resolve();
    });
  });
  const verb = server.run('geo', 'update');
  await asked;
  const { code, ms } = await server.stop();
  t.equal(code, 0);
  t.not((await verb).code, 0);
  const names = await readdir(join(server.dir, 'state', 'geo'));
  t.same(
    names.filter((name) => name.endsWith('.mmdb')),
    [],
  );
  return ms;
}

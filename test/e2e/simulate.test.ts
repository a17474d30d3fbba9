/** The forecasts of `simulate`, run as the installed program, without a server and beside one. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { udpClient } from './dns-client.js';
import { CLIENTS, smallCity } from './places.js';
import { runProgram } from './program.js';
import { makeHome, startServer } from './server.js';

const ZONE = `zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { answers: 1, near_km: 0, choose: [country, mirror], probe: { type: none } } }
mirrors:
  berlin: { addresses: [192.0.2.1], location: { country: DE } }
  tokyo: { addresses: [192.0.2.2, "2001:db8::2"], location: { country: JP } }
`;
t.test('without a server', async (t) => {
  const home = await makeHome(t, { zones: { 'a.yaml': ZONE } });
  const run = (...args: string[]) =>
    runProgram(['simulate', '--zones', join(home.dir, 'zones'), ...args], { cwd: home.dir });
  const page = join(home.dir, 'page.html');
  const { code, stdout } = await run('--json', '--html', page);
  t.equal(code, 0);
  const [ipv4, ipv6, ...others] = JSON.parse(stdout).pools;
  t.same(others, [], 'what users choose is looked at where it is asked for');
  t.match(ipv4, { zone: 'dl.example.org', pool: 'dl.example.org', type: 'A' });
  t.same(ipv4.countries.DE.shares, { berlin: 1 });
  t.ok(ipv4.countries.DE.mean_km < 500);
  t.ok(ipv4.world.shares.berlin > 0.5 && ipv4.world.shares.tokyo > 0.1);
  t.match(ipv6, { type: 'AAAA', world: { shares: { tokyo: 1 } }, equal_mirrors: 1 });
  const html = await readFile(page, 'utf8');
  t.match(html, /<title>.*Germany: 1 berlin<\/title>/);
  t.notMatch(html, /(?:src|href)=/, 'it stands alone');

  const down = await run('--down', 'berlin', '--pool', 'dl.example.org', '--above', '60%');
  t.equal(down.code, 0);
  t.match(down.stdout, /ABOVE: tokyo has 100\.0% of DE/);
  t.match((await run('--pool', 'de.dl.example.org')).stdout, /berlin/);
  await home.write('weights', 'DE 3\nJP 1\n');
  const weighed = await run('--json', '--weights', join(home.dir, 'weights'));
  t.match(JSON.parse(weighed.stdout).pools[0].world.shares, { berlin: 0.75, tokyo: 0.25 });
  await home.write('limited/a.yaml', ZONE.replace('near_km: 0', 'near_km: 0, max_world_share: 0.6'));
  const limited = await home.run('simulate', '--json', '--zones', 'limited', '--weights', 'weights');
  const { berlin } = JSON.parse(limited.stdout).pools[0].world.shares;
  t.ok(Math.abs(berlin - 0.6) < 0.002, `${berlin} of the world`);
  t.match((await run('--down', 'nobody')).stderr, /there is no mirror nobody/);
  t.match((await run('--pool', 'nowhere.example')).stderr, /nowhere\.example is not a pool/);
  t.match((await run('--above', 'much')).stderr, /expected a percentage/);
  for (const flag of ['--live', '--counted']) {
    const alone = await run(flag, '--control', join(home.dir, 'no.sock'));
    t.match(alone, { code: 3, stdout: '', stderr: new RegExp(`^geopool: ${flag}: found no running server`) });
  }
  const nowhere = await run('--html', join(home.dir, 'no', 'page.html'));
  t.match(nowhere, { code: 2, stderr: /^geopool: --html .*page\.html: can't be written: ENOENT/ });
});

t.test('beside a server', async (t) => {
  const server = await startServer(t, { zones: { 'a.yaml': ZONE } });
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await server.run(
      'simulate',
      '--json',
      '--config',
      'geopool.yaml',
      ...args,
    );
    t.equal(code, 0, stderr);
    return JSON.parse(stdout).pools[0].world.shares;
  };
  const other = await server.run('simulate', '--counted', '--zones', 'zones');
  t.equal(other.code, 1, 'the embedded database has other catchments');
  t.match(other.stderr, /the running server has other catchments/);
  const uncounted = await server.run('simulate', '--counted', '--config', 'geopool.yaml');
  t.equal(uncounted.code, 1);
  t.match(uncounted.stderr, /has not answered for these pools since/);
  const client = await udpClient(t, { port: server.port });
  for (let i = 0; i < 3; i++) await client.ask({ name: 'dl.example.org', subnet: CLIENTS.berlin });
  t.same(await run('--counted'), { berlin: 1 }, 'everybody who asked was in Germany');
  t.equal((await server.run('disable', 'berlin', '--reason', 'x', '--force')).code, 0);
  t.same(await run('--live'), { tokyo: 1 });
  t.same(await run('--live', '--counted'), { tokyo: 1 });
});

t.test('diff', async (t) => {
  const home = await makeHome(t, { zones: { 'a.yaml': ZONE } });
  await home.write('new/a.yaml', ZONE.replace('near_km: 0', 'near_km: 20000'));
  await home.write('newer.mmdb', smallCity(1_760_000_000));
  const { code, stdout } = await home.run('diff', 'zones', 'new', '--fail-above', '10%');
  t.equal(code, 1);
  t.match(stdout, /pools: dl\.example\.org: near_km: 0 → 20000/);
  t.match(stdout, /dl\.example\.org A: \d+\.\d % of all downloads come from another mirror/);
  t.match(stdout, /% from berlin to tokyo/);
  t.match(stdout, /dl\.example\.org AAAA: 0\.0 %/);
  t.equal((await home.run('diff', 'zones', 'zones', '--fail-above', '0%')).code, 0);
  const databases = await home.run('diff', 'city.mmdb', 'newer.mmdb', '--json');
  t.match(JSON.parse(databases.stdout), { changes: [], pools: [{ moved: 0 }, { moved: 0 }] });
  await home.write('bad.mmdb', 'no database');
  const bad = await home.run('diff', 'city.mmdb', 'bad.mmdb');
  t.equal(bad.code, 1);
  t.match(bad.stderr, /bad\.mmdb can't be used/);
  t.equal((await home.run('diff', 'zones', 'nowhere')).code, 2);
  const mixed = await home.run('diff', 'zones', 'city.mmdb');
  t.match(mixed, { code: 2, stderr: /expected two directories of zone files, or two databases/ });
  await home.write('less/a.yaml', ZONE.replace('"@"', 'cdn'));
  t.equal((await home.run('diff', 'zones', 'less', '--fail-above', '100%')).code, 1, 'a pool goes');
});

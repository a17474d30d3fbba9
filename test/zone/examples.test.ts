/**
 * The example zones are what a new operator copies, and what `npm start` serves: each must load, together, and show what
 * its comments say.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseAddress } from '../../src/ip/address.js';
import { contains, type Prefix, parsePrefix } from '../../src/ip/prefix.js';
import { loadZoneDirectory } from '../../src/zone/zone-files.js';

const DIRECTORY = join(process.cwd(), 'zones');

const DOCUMENTATION = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32'].flatMap(
  (text): Prefix[] => {
    const prefix = parsePrefix(text);
    return 'fault' in prefix ? [] : [prefix];
  },
);

t.test('all load together', async (t) => {
  const { loaded, refused } = loadZoneDirectory({ directory: DIRECTORY });
  t.same(refused, []);
  t.equal(loaded.length, readdirSync(DIRECTORY).filter((name) => name.endsWith('.yaml')).length);
  t.ok(loaded.length >= 3);
  for (const { zone, file, text } of loaded) {
    t.ok(text.startsWith('# yaml-language-server: $schema=./zone.schema.json\n'), `${file} names the schema`);
    for (const { text: address } of zone.mirrors.flatMap(({ addresses }) => addresses)) {
      const parsed = parseAddress(address);
      t.ok(
        parsed !== null && DOCUMENTATION.some((prefix) => contains(prefix, parsed)),
        `${address} is for documentation`,
      );
    }
    for (const pool of zone.pools)
      t.ok(pool.members.some(({ mirror }) => (zone.mirrors[mirror]?.weight ?? 0) > 0));
  }
});

t.test('the main example has mirrors on both sides of the Atlantic and probes none', async (t) => {
  const { loaded } = loadZoneDirectory({ directory: DIRECTORY });
  const zone = loaded.find(({ zone }) => zone.name === 'dl.example.org')?.zone;
  const countries = zone?.mirrors.map(({ location }) => location.country) ?? [];
  t.ok(countries.includes('DE') && countries.includes('US'));
  t.ok(countries.length >= 6);
  t.ok(
    zone?.pools.every(({ members }) =>
      members.every(({ probes }) => probes.every(({ type }) => type === 'none')),
    ),
  );
});

t.test('the probes in comments of the distribution are sound', async (t) => {
  const text = readFileSync(join(DIRECTORY, 'dl.amnesia.example.yaml'), 'utf8');
  const real = text
    .replace(/^ +probe: \{ type: none \}\n/m, '')
    .replace(/^( +)# ((?: +(?:- \{|#)|probes:).*)$/gm, '$1$2');
  const { loaded, refused } = loadZoneDirectory({ directory: t.testdir({ 'a.yaml': real }) });
  t.same(refused, []);
  const [alder, birch] = loaded[0]?.zone.pools[0]?.members ?? [];
  t.match(alder?.probes, [
    { type: 'https', path: '/tails/', range: { first: 0, last: 0 }, verify: false },
    { path: '/tails/project/trace', maxAge: 21_600_000 },
    { path: '/tails/big.img', speed: { minRate: 2_000_000 } },
    { type: 'rsync', module: 'tails' },
  ]);
  t.match(birch?.probes, [
    { path: '/pub/tails/' },
    { path: '/pub/tails/project/trace' },
    { path: '/tails/big.img' },
    {},
  ]);
});

t.test('the probe in a comment of the main example is a sound one', async (t) => {
  const text = readFileSync(join(DIRECTORY, 'dl.example.org.yaml'), 'utf8');
  const real = text
    .replace(/^( +)# (type|path|expect|interval|fast_interval|timeout|fall|rise):/gm, '$1$2:')
    .replace(/^ +type: none\n/m, '');
  const directory = t.testdir({ 'a.yaml': real });
  const { loaded, refused } = loadZoneDirectory({ directory });
  t.same(refused, []);
  t.match(loaded[0]?.zone.pools[0]?.members[0]?.probes[0], {
    type: 'http',
    path: '/project/trace',
    expect: [200],
    fall: 3,
  });
});

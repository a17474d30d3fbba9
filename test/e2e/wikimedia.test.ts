/**
 * Wikimedia's own map, written as an order, beside gdnsd with the original: the same first two sites for clients in every
 * country and state that it names, at the edges of every network, and for every network in MaxMind's test database.
 * Wikimedia's files do not belong to the project: they are beside it if the developer put them there.
 */
import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { addressFromBytes, bitsOf } from '../../src/ip/address.js';
import { parsePrefix } from '../../src/ip/prefix.js';
import { CONTINENTS, continentOf } from '../../src/platform/continents.js';
import { COUNTRY_CODES } from '../../src/platform/countries.js';
import { sharedDatabase } from '../geo/shared-databases.js';
import { type DnsClient, udpClient } from './dns-client.js';
import { type GdnsdMap, inside, isList, NO_COUNTRIES, orderOf, readGdnsdMap } from './gdnsd-map.js';
import { makeHome, startServer } from './server.js';
import { DIRECTORY, databaseOf, inContinent, SITES, skip, startGdnsd } from './wikimedia-gdnsd.js';

function zoneOf(map: GdnsdMap): string {
  const mirrors = Object.entries(SITES).map(([name, address]) => [name, { addresses: [address] }]);
  const terms = { order: 'generic-map', probe: { type: 'none' } };
  return JSON.stringify({
    zone: 'example.org',
    ns: ['ns1.example.net'],
    pools: { '@': { answers: 1, ...terms }, two: { answers: 2, ...terms } },
    mirrors: Object.fromEntries(mirrors),
    orders: { 'generic-map': orderOf(map) },
  });
}

/** Both servers' sites for the clients, by name, where they differ; and what came up at all. */
async function compare(
  t: Test,
  map: GdnsdMap,
  database: Uint8Array,
  clients: readonly string[],
): Promise<{ differing: readonly string[]; sites: ReadonlySet<string> }> {
  const config = 'geo: { city: city.mmdb }\n';
  const home = await makeHome(t, { zones: { 'example.org.yaml': zoneOf(map) }, config });
  await home.write('city.mmdb', database);
  const { port } = await startServer(t, { home, config });
  const ours = await udpClient(t, { port });
  const theirs = await startGdnsd(t, home, database);
  const names = new Map(Object.entries(SITES).map(([name, address]) => [address, name]));
  const site = async (client: DnsClient, name: string, subnet: string): Promise<string[]> =>
    (await client.addresses({ name, subnet })).map((address) => names.get(address) ?? address);
  const differing: string[] = [];
  const sites = new Set<string>();
  const askBoth = async (subnet: string): Promise<void> => {
    const [first, two, original, next] = await Promise.all([
      site(ours, 'example.org', subnet),
      site(ours, 'two.example.org', subnet),
      site(theirs, 'example.org', subnet),
      site(theirs, 'next.example.org', subnet),
    ]);
    sites.add(original.join());
    const [a, b] = [first.join(), two.sort().join()];
    const [x, y] = [original.join(), [...original, ...next].sort().join()];
    if (a !== x || b !== y) differing.push(`${subnet}: ${a} (${b}), not ${x} (${y})`);
  };
  for (let i = 0; i < clients.length; i += 32) await Promise.all(clients.slice(i, i + 32).map(askBoth));
  return { differing, sites };
}

/** The first and last address of each network, and those beside. */
function edgesOf(networks: readonly string[]): readonly string[] {
  return networks.flatMap((text) => {
    const prefix = parsePrefix(text);
    if ('fault' in prefix) throw new Error(prefix.fault);
    const { bytes, length, family } = prefix;
    const bits = bitsOf(family);
    const first = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    const last = first + (1n << BigInt(bits - length)) - 1n;
    return [first - 1n, first, last, last + 1n].map((value) => {
      const octets = Uint8Array.from(bytes, (_, i) => Number((value >> BigInt(bits - 8 * (i + 1))) & 255n));
      return `${addressFromBytes(octets).text}/${bits}`;
    });
  });
}

t.test("Wikimedia's map", { skip }, async (t) => {
  const maps = readGdnsdMap(readFileSync(`${DIRECTORY}/geo-maps`, 'utf8'));
  const map = inside(maps, 'generic-map');
  const networks = Object.keys(inside(map, 'nets'));
  t.ok(networks.length > 700);
  const places = inside(map, 'map');
  const named = Object.keys(places).flatMap((continent) =>
    Object.entries(inside(places, continent)).flatMap(([country, lists]) => {
      if (country === 'default' || NO_COUNTRIES.includes(country)) return [];
      const states = isList(lists) ? [] : [...Object.keys(lists), 'ZZ'];
      return [undefined, ...states].map((state) => ({ continent, country, state }));
    }),
  );
  const unnamed = [...COUNTRY_CODES].filter((code) => !named.some(({ country }) => country === code));
  const { database, clients } = databaseOf([
    ...named.map(({ continent, country, state }) => inContinent(continent, country, state)),
    ...unnamed.map((country) => inContinent(continentOf(country) ?? '', country)),
    ...CONTINENTS.map((continent) => inContinent(continent)),
    { country: { iso_code: 'ZZ' } },
  ]);

  await t.test('every country, state and network', async (t) => {
    const asked = [...clients, ...edgesOf(networks), '203.1.2.3/32', '2c0f:ffff::/32'];
    const { differing, sites } = await compare(t, map, database, asked);
    t.same(differing, []);
    t.same([...sites].sort(), Object.keys(SITES).sort(), 'each site is the first of some');
    t.comment(`${asked.length} clients, two sites each`);
  });

  const city = sharedDatabase('GeoLite2-City-Test.mmdb');
  const json = sharedDatabase('GeoLite2-City-Test.json');
  await t.test("MaxMind's test database", { skip: !city || !json }, async (t) => {
    const entries: readonly object[] = JSON.parse(readFileSync(json ?? '', 'utf8'));
    const prefixes = entries.flatMap((entry) => Object.keys(entry));
    const { differing } = await compare(t, map, readFileSync(city ?? ''), edgesOf(prefixes));
    t.same(differing, []);
  });

  // A country's list is found here whatever continent it is on: the operator named the country. gdnsd looks for it only
  // below the continent that the database has, so a map that has it elsewhere, or a record without a continent, misses it.
  await t.test('where the two differ', async (t) => {
    const records = [inContinent('NA', 'BR'), { country: { iso_code: 'BR' } }];
    const { database, clients } = databaseOf(records);
    const { differing } = await compare(t, map, database, clients);
    t.same(
      differing,
      clients.map((client) => `${client}: magru (eqiad,magru), not eqiad (codfw,eqiad)`),
    );
  });
});

/**
 * Proves the import of gdnsd's files: Wikimedia's own, imported, beside gdnsd with the original. A hundred thousand clients
 * drawn at random, of both families, get the same first site. Any difference has a reason that the import has reported.
 */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { importGdnsd } from '../../src/import/gdnsd.js';
import { writeZone } from '../../src/import/write-zone.js';
import { addressFromBytes, bitsOf, parseAddress } from '../../src/ip/address.js';
import { contains, parsePrefix } from '../../src/ip/prefix.js';
import { CONTINENTS, continentOf } from '../../src/platform/continents.js';
import { COUNTRY_CODES } from '../../src/platform/countries.js';
import { below, seededRandom } from '../../src/platform/random.js';
import { parseZone } from '../../src/zone/parse-zone.js';
import { type DnsClient, udpClient } from './dns-client.js';
import { makeHome, startServer } from './server.js';
import { DIRECTORY, databaseOf, inContinent, skip, startGdnsd, ZONE_FILE } from './wikimedia-gdnsd.js';

const CLIENTS = 100_000;
const AT_ONCE = 100;

/** Wikimedia's files with a small zone, as `geopool import gdnsd` makes one of them. */
function importedZone(): string {
  const source = (name: string) => ({ file: name, text: readFileSync(`${DIRECTORY}/${name}`, 'utf8') });
  const zone = { file: 'example.org', text: ZONE_FILE };
  const [made] = importGdnsd([source('standalone-config'), zone], { include: source });
  if (made === undefined) throw new Error('no zone');
  return writeZone(made, undefined, 'config').text;
}

function prefixOf(text: string) {
  const prefix = parsePrefix(text);
  if ('fault' in prefix) throw new Error(prefix.fault);
  return prefix;
}

t.test('the imported map answers what gdnsd does', { skip }, async (t) => {
  const text = importedZone();
  const parsed = parseZone(text, 'made');
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
  const lists = parsed.zone.orders.flatMap((order) => order.lists);
  const states = lists.flatMap((list) => (list.by === 'subdivisions' ? [list.key.split('-')] : []));
  const { database, clients } = databaseOf([
    ...[...COUNTRY_CODES].map((country) => inContinent(continentOf(country) ?? '', country)),
    ...states.map(([country = '', state]) => inContinent(continentOf(country) ?? '', country, state)),
    ...CONTINENTS.map((continent) => inContinent(continent)),
  ]);
  const places = clients.map(prefixOf);
  const networks = lists.flatMap((list) => (list.by === 'networks' ? [list.key] : []));
  // Left out by the import, with these words: resolvers tell no more of their clients than a larger network.
  const fine = prefixOf('185.15.57.0/29');
  const [all4, all6] = [prefixOf('0.0.0.0/0'), prefixOf('2000::/3')];

  const random = seededRandom(15);
  /** Half in a place, a quarter in a network of the map, a quarter anywhere. */
  const draw = (): string => {
    const kind = below(random, 4);
    const from = kind < 2 ? places : kind === 2 ? [...networks, fine] : [all4, all6];
    const { bytes, length, family } = from[below(random, from.length)] ?? all4;
    const octets = Uint8Array.from(bytes, (octet, i) => {
      const own = Math.min(8, Math.max(0, length - 8 * i));
      return octet | (below(random, 256) & (0xff >> own));
    });
    return `${addressFromBytes(octets).text}/${bitsOf(family)}`;
  };

  const home = await makeHome(t, {
    zones: { 'example.org.yaml': text },
    config: 'geo: { city: city.mmdb }\n',
  });
  await home.write('city.mmdb', database);
  const { port } = await startServer(t, { home, config: 'geo: { city: city.mmdb }\n' });
  const ours = await udpClient(t, { port });
  const theirs = await startGdnsd(t, home, database);
  const first = async (client: DnsClient, name: string, subnet: string) =>
    (await client.addresses({ name, subnet }))[0];
  const differing: string[] = [];
  const seen = new Set<string | undefined>();
  for (let asked = 0; asked < CLIENTS; asked += AT_ONCE) {
    const subnets = Array.from({ length: AT_ONCE }, draw);
    await Promise.all(
      subnets.map(async (subnet, i) => {
        const name = i % 10 === 0 ? 'next.example.org' : 'example.org';
        const [a, b] = await Promise.all([first(ours, name, subnet), first(theirs, name, subnet)]);
        seen.add(a);
        if (a !== b) differing.push(`${subnet} ${name}: ${a}, not ${b}`);
      }),
    );
  }
  const named = differing.filter((text) => {
    const address = parseAddress(text.split('/', 1)[0] ?? '');
    return address !== null && address.family === 'ipv4' && contains(fine, address);
  });
  t.same(
    differing.filter((text) => !named.includes(text)),
    [],
  );
  t.ok(named.length > 10, 'clients of the network that the import left out');
  t.equal(seen.size, 7, 'each site is the first of some');
});

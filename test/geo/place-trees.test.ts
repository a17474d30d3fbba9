/** The country of every address, as a database says it of each. */
import t from 'tap';
import { databaseOf } from '../../src/geo/database.js';
import { embeddedDatabasePath } from '../../src/geo/embedded.js';
import { type MmdbFile, mmdbOfBytes, readMmdb } from '../../src/geo/mmdb-file.js';
import { readCountries } from '../../src/geo/place-trees.js';
import { type Address, bitsOf, embeddedIPv4 } from '../../src/ip/address.js';
import { walk } from '../../src/ip/prefix-tree.js';
import { specialBlockOf } from '../../src/ip/special-purpose.js';
import { writeMmdb } from '../mmdb-writer.js';
import { randomAddresses } from './random-addresses.js';

const MADE_UP = mmdbOfBytes(
  'made-up',
  writeMmdb({
    type: 'X-City',
    entries: {
      '10.0.0.0/8': { country_code: 'AU' },
      '11.0.0.0/8': { country_code: 'DE', latitude: 52.5, longitude: 13.5 },
      '11.1.0.0/16': { country_code: 'DE', latitude: 48.1, longitude: 11.6 },
      '12.0.0.0/8': { country: { iso_code: 'FR' } },
      '13.0.0.0/8': { latitude: 48.1, longitude: 11.6 },
      '2a00::/12': { country_code: 'FR' },
    },
  }),
);

function expected(file: MmdbFile, address: Address): string | undefined {
  return specialBlockOf(address) === undefined
    ? databaseOf(file).locate(embeddedIPv4(address)).location.country
    : undefined;
}

t.test('each address is where a single look says, and special-purpose ones are nowhere', async (t) => {
  for (const file of [MADE_UP, readMmdb(embeddedDatabasePath())]) {
    const { tree, codes } = readCountries(file);
    const near = ['9.255.255.255', '10.1.2.3', '11.1.2.3', '12.0.0.1', '13.0.0.1', '192.168.0.1', '2a00::1'];
    const met = new Set<string | undefined>();
    for (const address of randomAddresses(2000, near)) {
      const { family, bytes } = address;
      const code = codes[walk(tree.nodes, tree[family], bytes, 0, bitsOf(family)) >>> 8];
      met.add(code);
      if (code !== expected(file, address)) t.fail(`${address.text} is in ${code}`);
    }
    t.ok(met.has('DE') && met.has('FR') && met.has(undefined));
  }
});

t.test('what one country has in a row is one leaf', async (t) => {
  const { tree, codes } = readCountries(MADE_UP);
  t.equal(walk(tree.nodes, tree.ipv4, Uint8Array.of(11, 1, 2, 3), 0, 32) & 0xff, 8);
  t.same(new Set(codes), new Set([undefined, 'AU', 'DE', 'FR']));
});

t.test('subdivisions that are asked for are apart from the rest of their country', async (t) => {
  const file = mmdbOfBytes(
    'states',
    writeMmdb({
      type: 'X-City',
      entries: {
        '11.0.0.0/8': { country: { iso_code: 'US' } },
        '11.1.0.0/16': { country: { iso_code: 'US' }, subdivisions: [{ iso_code: 'TX' }] },
        '11.2.0.0/16': { country: { iso_code: 'US' }, subdivisions: [{ iso_code: 'CA' }] },
      },
    }),
  );
  const codeAt = (second: number, apart?: readonly string[]): string | undefined => {
    const { tree, codes } = readCountries(file, apart);
    return codes[walk(tree.nodes, tree.ipv4, Uint8Array.of(11, second, 2, 3), 0, 32) >>> 8];
  };
  t.same(
    [0, 1, 2].map((second) => codeAt(second)),
    ['US', 'US', 'US'],
  );
  t.same(
    [0, 1, 2].map((second) => codeAt(second, ['US-TX'])),
    ['US', 'US-TX', 'US'],
  );
});

/** The key `fleet`: what it comes to, and what is said of what is wrong. */
import t from 'tap';
import { GeopoolError } from '../../src/platform/errors.js';
import { parseServerConfig } from '../../src/zone/server-config.js';

const KEYS = [1, 2, 3].map((octet) => Buffer.alloc(32, octet).toString('base64'));
const members = (count: number): string =>
  KEYS.slice(0, count)
    .map((key, i) => `ns${i + 1}.example.org: { key: "${key}" }`)
    .join(', ');
const text = (count: number, more = ''): string =>
  `fleet: { key_file: k, servers: "redis://192.0.2.1", members: { ${members(count)} }${more} }\n`;

function faultsOf(config: string): readonly string[] {
  try {
    parseServerConfig(config, 'geopool.yaml');
    return [];
  } catch (error) {
    if (error instanceof GeopoolError) return error.details;
    throw error;
  }
}

t.test('three judge together, two share what operators say', async (t) => {
  const { fleet } = parseServerConfig(text(3), 'geopool.yaml');
  t.match(fleet, { keyFile: 'k', servers: ['redis://192.0.2.1'], verdicts: 'shared' });
  t.same(fleet?.members.get('ns2.example.org'), { key: KEYS[1], overrides: true });
  t.equal(parseServerConfig(text(2), 'geopool.yaml').fleet?.verdicts, 'own');
  t.equal(parseServerConfig(text(2, ', verdicts: shared'), 'geopool.yaml').fleet?.verdicts, 'shared');
  t.equal(parseServerConfig('', 'geopool.yaml').fleet, undefined);
});

t.test('what does not fit is said with its place', async (t) => {
  t.match(faultsOf(text(1)), [/"members" has 1, expected 2 to 32/]);
  t.match(faultsOf(text(2, ', name: ns9.example.org')), [/"ns9\.example\.org" is not in "members"/]);
  t.match(faultsOf(text(2, ', name: constructor')), [/"constructor" is not in "members"/]);
  t.match(faultsOf(text(2, ', username: ns1')), [/"username" without "password_file"/]);
  t.match(faultsOf(text(2, ', certificate_file: c')), [/"certificate_file" without "client_key_file"/]);
  t.match(faultsOf(text(2, ', verdicts: all')), [/"all" is neither "shared" nor "own"/]);
  t.match(faultsOf(text(2).replace(KEYS[1] ?? '', KEYS[0] ?? '')), [/has the key of ns1\.example\.org/]);
  t.match(faultsOf(text(2).replace(KEYS[1] ?? '', 'AAAA')), [/not a public key/]);
  t.match(faultsOf(text(2).replace('ns2', 'NS2')), [/"NS2\.example\.org" is written ns2/]);
});

t.test('no message has a password', async (t) => {
  for (const url of ['redis://ns1:s3cret@192.0.2.1', 'http://s3cret', 'redis://h/s3cret', 'unix://s3cret']) {
    const faults = faultsOf(text(2).replace('redis://192.0.2.1', url));
    t.equal(faults.length, 1);
    t.notMatch(faults.join('\n'), /s3cret/);
  }
});

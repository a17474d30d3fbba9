/** Source addresses to which nothing is sent, and similar ones that real clients use. */
import t from 'tap';
import { parseAddress } from '../../src/ip/address.js';
import { isUnanswerableSource, newSourceGuard } from '../../src/server/sources.js';

const ENDPOINTS = [
  { host: '192.0.2.53', port: 53 },
  { host: '2001:db8::53', port: 53 },
  { host: '192.0.2.54', port: 5300 },
];
const NETWORKS = [
  { address: '192.0.2.53', netmask: '255.255.255.0' },
  { address: '198.51.100.2', netmask: '255.255.255.252' },
  { address: '203.0.113.8', netmask: '255.255.255.254' },
  { address: '203.0.113.77', netmask: '255.255.255.255' },
];
const guard = newSourceGuard(ENDPOINTS, NETWORKS);

/** The address stands somewhere in a block of memory, as it does in a batch. */
function forged(text: string, port = 40_000): boolean {
  const address = parseAddress(text);
  if (address === null) throw new Error(`${text} is no address`);
  const block = new Uint8Array(64).fill(255);
  block.set(address.bytes, 20);
  return isUnanswerableSource(guard, block, 20, address.family === 'ipv6', port);
}

t.test('port 0', async (t) => {
  t.ok(forged('198.51.100.1', 0));
  t.ok(forged('2001:db8::1', 0));
});

t.test('ourselves, and not who is near', async (t) => {
  t.ok(forged('192.0.2.53', 53));
  t.ok(forged('192.0.2.54', 5300));
  t.ok(forged('2001:db8::53', 53));
  t.notOk(forged('192.0.2.53', 5300), 'this host has other programs');
  t.notOk(forged('192.0.2.54', 53));
  t.notOk(forged('2001:db8::53', 54));
  t.notOk(forged('192.0.2.52', 53), 'resolvers ask from port 53 too');
  t.notOk(forged('2001:db8::54', 53));
});

t.test('a wildcard is every address of this host', async (t) => {
  const all = newSourceGuard([{ host: '0.0.0.0', port: 53 }]);
  t.ok(isUnanswerableSource(all, Uint8Array.of(127, 0, 0, 1), 0, false, 53));
  t.notOk(isUnanswerableSource(all, Uint8Array.of(127, 0, 0, 1), 0, false, 54));
});

t.test('addresses of many or of nobody', async (t) => {
  for (const text of ['255.255.255.255', '224.0.0.1', '239.1.2.3', '0.0.0.0', '0.255.255.255'])
    t.ok(forged(text), text);
  for (const text of ['ff02::1', 'ff0e::1:2', '::']) t.ok(forged(text), text);
  for (const text of ['1.0.0.0', '223.255.255.255', '240.0.0.1', '255.255.255.254', '127.0.0.1'])
    t.notOk(forged(text), text);
  for (const text of ['::1', 'fe80::1', 'fd00::1', '2001:db8::', '::ffff:0:1']) t.notOk(forged(text), text);
});

t.test('broadcast addresses of the networks of this host', async (t) => {
  t.ok(forged('192.0.2.255'));
  t.ok(forged('198.51.100.3'));
  t.notOk(forged('198.51.100.255'), 'of another size of network');
  t.notOk(forged('203.0.113.9'), 'two hosts have none');
  t.notOk(forged('203.0.113.77'));
});

t.test('the networks of this very host are known', async (t) => {
  const own = newSourceGuard([]);
  t.ok(
    isUnanswerableSource(own, Uint8Array.of(127, 255, 255, 255), 0, false, 1000),
    'the loopback network is one of them',
  );
});

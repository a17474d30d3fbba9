/** Prefixes: what is one, what it holds, and those of IPv6 that stand for IPv4. */
import fc from 'fast-check';
import t from 'tap';
import { addressFromBytes, embeddedIPv4, parseAddress } from '../../src/ip/address.js';
import { contains, type Prefix, parsePrefix, prefixOf } from '../../src/ip/prefix.js';

function sound(text: string): Prefix {
  const prefix = parsePrefix(text);
  if ('fault' in prefix) throw new Error(`${text}: ${prefix.fault}`);
  return prefix;
}

function holds(prefix: string, text: string): boolean {
  const address = parseAddress(text);
  if (address === null) throw new Error(text);
  return contains(sound(prefix), address);
}

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const anyBytes = fc.oneof(
  bytesOf(4),
  bytesOf(16),
  bytesOf(14).map((rest) => Uint8Array.of(0x20, 0x02, ...rest)),
  bytesOf(4).map((rest) => Uint8Array.of(...new Uint8Array(10), 255, 255, ...rest)),
);

t.test('canonical texts', async (t) => {
  const table: [text: string, canonical: string][] = [
    ['198.51.100.0/24', '198.51.100.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['198.51.100.7/32', '198.51.100.7/32'],
    ['198.51.100.128/25', '198.51.100.128/25'],
    ['2001:0DB8:0:0::/32', '2001:db8::/32'],
    ['::/0', '::/0'],
    ['2001:db8::1/128', '2001:db8::1/128'],
  ];
  for (const [text, canonical] of table) {
    const prefix = sound(text);
    t.equal(prefix.text, canonical);
    t.equal(prefix.length, Number(canonical.split('/')[1]));
  }
});

t.test('prefixes that stand for IPv4 are IPv4 prefixes', async (t) => {
  const table: [text: string, canonical: string][] = [
    ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['::ffff:192.0.2.1/128', '192.0.2.1/32'],
    ['2002:c000:200::/40', '192.0.2.0/24'],
    ['2002:c000:201::/48', '192.0.2.1/32'],
    ['2002::/16', '0.0.0.0/0'],
    ['2002::/15', '2002::/15'],
    ['2002:c000:201:1::/64', '2002:c000:201:1::/64'],
    ['::fffe:0:0/95', '::fffe:0:0/95'],
  ];
  for (const [text, canonical] of table) t.equal(sound(text).text, canonical, text);
});

t.test('what is no prefix, and why', async (t) => {
  const form = /^not a prefix \(ADDRESS\/LENGTH\)$/;
  const table: [text: string, fault: RegExp][] = [
    ['198.51.100.0', form],
    ['198.51.100.0/', form],
    ['198.51.100.0/-1', form],
    ['198.51.100.0/2.5', form],
    ['198.51.100.0/24/24', form],
    ['198.51.100/24', form],
    ['/24', form],
    ['', form],
    ['198.51.100.0/0024', form],
    ['example.org/24', form],
    ['fe80::%eth0/64', form],
    ['198.51.100.0/33', /^the length is 33, the most for ipv4 is 32$/],
    ['2001:db8::/129', /^the length is 129, the most for ipv6 is 128$/],
    ['198.51.100.7/24', /^bits behind \/24 are set; the prefix is 198\.51\.100\.0\/24$/],
    ['2001:db8::1/64', /^bits behind \/64 are set; the prefix is 2001:db8::\/64$/],
    ['128.0.0.0/0', /^bits behind \/0 are set; the prefix is 0\.0\.0\.0\/0$/],
  ];
  for (const [text, fault] of table) {
    const prefix = parsePrefix(text);
    t.match('fault' in prefix ? prefix.fault : 'none', fault, text);
  }
});

t.test('what is inside', async (t) => {
  t.equal(holds('198.51.100.0/24', '198.51.100.255'), true);
  t.equal(holds('198.51.100.0/24', '198.51.101.0'), false);
  t.equal(holds('198.51.100.128/25', '198.51.100.127'), false);
  t.equal(holds('0.0.0.0/0', '255.255.255.255'), true);
  t.equal(holds('0.0.0.0/0', '::1'), false, 'another family');
  t.equal(holds('::/0', '1.2.3.4'), false, 'another family');
  t.equal(holds('::/0', 'ffff::'), true);
  t.equal(holds('2001:db8::1/128', '2001:db8::1'), true);
  t.equal(holds('2001:db8::1/128', '2001:db8::'), false);
  t.equal(holds('::ffff:192.0.2.0/120', '192.0.2.9'), true);
});

t.test('the prefix of an address holds it, and just the addresses that share its first bits', async () => {
  const bit = (bytes: Uint8Array, i: number): number => ((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1;
  fc.assert(
    fc.property(anyBytes, fc.nat(128), fc.nat(127), (bytes, wanted, flip) => {
      const bits = bytes.length * 8;
      const length = wanted % (bits + 1);
      const address = addressFromBytes(bytes);
      const prefix = prefixOf(address, length);
      const other = bytes.slice();
      const at = flip % bits;
      other[at >> 3] = (other[at >> 3] ?? 0) ^ (0x80 >> (at & 7));
      for (let i = length; i < bits; i++) if (bit(prefix.bytes, i) !== 0) return false;
      return contains(prefix, address) && contains(prefix, addressFromBytes(other)) === at >= length;
    }),
    { numRuns: 1000 },
  );
});

t.test('a prefix written is read again, as its clients are', async () => {
  fc.assert(
    fc.property(anyBytes, fc.nat(128), (bytes, wanted) => {
      const address = addressFromBytes(bytes);
      const { text } = prefixOf(address, wanted % (bytes.length * 8 + 1));
      const read = sound(text);
      return (read.family === address.family && read.text === text) || contains(read, embeddedIPv4(address));
    }),
    { numRuns: 1000 },
  );
});

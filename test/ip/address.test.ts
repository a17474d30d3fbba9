/** Addresses: what is one, its canonical text, and the IPv4 address inside. */
import { isIP } from 'node:net';
import fc from 'fast-check';
import t from 'tap';
import { addressFromBytes, bitsOf, embeddedIPv4, isMapped, parseAddress } from '../../src/ip/address.js';

const bytes4 = fc.uint8Array({ minLength: 4, maxLength: 4 });
/** Many zero groups, as real addresses have, so that runs of them meet. */
const bytes16 = fc
  .array(fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
    minLength: 8,
    maxLength: 8,
  })
  .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255])));

t.test('RFC 5952 §4: one text for each address', async (t) => {
  const table: [text: string, canonical: string][] = [
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:DB8:AaAa::000A', '2001:db8:aaaa::a'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['0:0:1:1:1:1:0:0', '::1:1:1:1:0:0'],
    ['1:1:1:1:1:1:0:0', '1:1:1:1:1:1::'],
    ['0:1:1:1:1:1:1:0', '0:1:1:1:1:1:1:0'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['::192.0.2.1', '::c000:201'],
    ['1:2:3:4:5:6:77.88.99.100', '1:2:3:4:5:6:4d58:6364'],
    ['::13.1.68.3', '::d01:4403'],
    ['1::2:0:0:3', '1::2:0:0:3'],
    ['192.0.2.1', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
  ];
  for (const [text, canonical] of table) t.equal(parseAddress(text)?.text, canonical, text);
});

t.test('what is no address', async (t) => {
  const texts = [
    '',
    ' ',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '0x7f.0.0.1',
    '1.2.3.-4',
    '2130706433',
    '1::2::3',
    ':::',
    ':1',
    '1:',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '[::1]',
    '::1/128',
    '::1.2.3',
    '1.2.3.4::',
    '１.2.3.4',
    'localhost',
  ];
  for (const text of texts) t.equal(parseAddress(text), null, text);
});

t.test('families and bytes', async (t) => {
  const four = parseAddress('192.0.2.1');
  t.equal(four?.family, 'ipv4');
  t.same([...(four?.bytes ?? [])], [192, 0, 2, 1]);
  const six = parseAddress('2001:db8::192.0.2.1');
  t.equal(six?.family, 'ipv6');
  t.same([...(six?.bytes ?? [])], [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1]);
  t.equal(bitsOf('ipv4'), 32);
  t.equal(bitsOf('ipv6'), 128);
});

t.test('an address keeps bytes of its own', async (t) => {
  const bytes = Uint8Array.of(192, 0, 2, 1);
  const address = addressFromBytes(bytes);
  bytes[0] = 10;
  t.equal(address.bytes[0], 192);
  const inside = addressFromBytes(Uint8Array.of(9, 9, ...new Uint8Array(15), 1, 9).subarray(2, 18));
  t.equal(inside.text, '::1', 'a view into a larger buffer');
});

t.test('only 4 or 16 bytes are an address', async (t) => {
  for (const length of [0, 3, 5, 15, 17]) {
    t.throws(() => addressFromBytes(new Uint8Array(length)), RangeError, `${length}`);
  }
});

t.test('text and bytes lead to each other', async () => {
  fc.assert(
    fc.property(fc.oneof(bytes4, bytes16), (bytes) => {
      const { text } = addressFromBytes(bytes);
      const again = parseAddress(text);
      return again?.text === text && Buffer.compare(again.bytes, bytes) === 0;
    }),
  );
});

t.test('canonical texts: lower case, no leading zeros, :: for the first longest run', async () => {
  fc.assert(
    fc.property(bytes16, (bytes) => {
      const { text } = addressFromBytes(bytes);
      if (isMapped(bytes)) return text === `::ffff:${bytes.subarray(12).join('.')}`;
      const groups = Array.from(
        { length: 8 },
        (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0),
      );
      const runs = [
        ...groups
          .map((group) => (group === 0 ? '0' : 'x'))
          .join('')
          .matchAll(/00+/g),
      ];
      const longest = runs.reduce(
        (best, run) => (run[0].length > (best?.[0].length ?? 0) ? run : best),
        runs[0],
      );
      if (longest === undefined) return text === groups.map((group) => group.toString(16)).join(':');
      const hex = (from: number, to: number): string =>
        groups
          .slice(from, to)
          .map((group) => group.toString(16))
          .join(':');
      return text === `${hex(0, longest.index)}::${hex(longest.index + longest[0].length, 8)}`;
    }),
  );
});

t.test('whatever Node takes for an address without a zone index is one here, and nothing else', async () => {
  const texts = fc.oneof(
    fc.string({ unit: fc.constantFrom('0', '1', 'f', ':', '.', '%', '2', '5'), maxLength: 24 }),
    fc.ipV6(),
    fc.ipV4Extended(),
    fc.string(),
  );
  fc.assert(
    fc.property(texts, (text) => (parseAddress(text) !== null) === (isIP(text) !== 0 && !text.includes('%'))),
    { numRuns: 2000 },
  );
});

t.test('the IPv4 address inside', async (t) => {
  const table: [text: string, inside: string][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2002:c000:201::', '192.0.2.1'],
    ['2002:c000:201:ffff::1', '192.0.2.1'],
    ['::192.0.2.1', '::c000:201'],
    ['::fffe:192.0.2.1', '::fffe:c000:201'],
    ['::1:ffff:192.0.2.1', '::1:ffff:c000:201'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['2003:c000:201::', '2003:c000:201::'],
    ['2001:0:c000:201::', '2001:0:c000:201::'],
  ];
  for (const [text, inside] of table) {
    const address = parseAddress(text);
    t.equal(address && embeddedIPv4(address).text, inside, text);
  }
});

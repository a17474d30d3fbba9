/** The client subnet option: what is accepted, what is refused, and how it comes back. */
import fc from 'fast-check';
import t from 'tap';
import {
  clearSubnet,
  newClientSubnet,
  readSubnet,
  subnetOptionLength,
  writeSubnetOption,
} from '../../src/wire/client-subnet.js';
import { octets, query, rawSubnet, subnet } from '../dns-message.js';
import { parse } from './parse.js';

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

function accepted(...options: Uint8Array[]): boolean {
  return parse(query({ name: 'a', edns: { options } })).shape === 'GOOD';
}

t.test('what is accepted', async (t) => {
  const table: [name: string, option: Uint8Array, family: number, source: number, address: number[]][] = [
    ['IPv4 /24', subnet('192.0.2.0/24'), 1, 24, [192, 0, 2]],
    ['IPv4 /32', subnet('192.0.2.255/32'), 1, 32, [192, 0, 2, 255]],
    ['IPv4 /0', rawSubnet(1, 0, 0, []), 1, 0, []],
    ['IPv4 /1', rawSubnet(1, 1, 0, [0x80]), 1, 1, [128]],
    ['IPv4 /25', rawSubnet(1, 25, 0, [192, 0, 2, 128]), 1, 25, [192, 0, 2, 128]],
    ['IPv6 /56', subnet('2001:db8:0:ff00::/56'), 2, 56, [0x20, 1, 0xd, 0xb8, 0, 0, 255]],
    ['IPv6 /128', subnet('2001:db8::1/128'), 2, 128, [0x20, 1, 0xd, 0xb8, ...zeros(11), 1]],
    ['IPv6 /0', rawSubnet(2, 0, 0, []), 2, 0, []],
    ['no family and nothing else', rawSubnet(0, 0, 0, []), 0, 0, []],
  ];
  for (const [name, option, family, source, address] of table) {
    const { shape, query: read } = parse(query({ name: 'a', edns: { options: [option] } }));
    t.equal(shape, 'GOOD', name);
    t.equal(read.subnet.present, true);
    t.equal(read.subnet.family, family);
    t.equal(read.subnet.source, source);
    const octets = family === 2 ? 16 : 4;
    t.same([...read.subnet.address.subarray(0, octets)], [...address, ...zeros(octets - address.length)]);
  }
});

t.test('what is refused', async (t) => {
  const table: [name: string, option: Uint8Array][] = [
    ['nothing in it', octets(Uint8Array.of(0, 8, 0, 0))],
    ['no scope', octets(Uint8Array.of(0, 8, 0, 3, 0, 1, 0))],
    ['an octet too few', rawSubnet(1, 24, 0, [192, 0])],
    ['an octet too many', rawSubnet(1, 24, 0, [192, 0, 2, 0])],
    ['an address without prefix', rawSubnet(1, 0, 0, [0])],
    ['no address', rawSubnet(1, 24, 0, [])],
    ['spare bits', rawSubnet(1, 25, 0, [192, 0, 2, 129])],
    ['spare bits, the highest', rawSubnet(1, 20, 0, [192, 0, 0x18])],
    ['spare bits of IPv6', rawSubnet(2, 55, 0, [0x20, 1, 0xd, 0xb8, 0, 0, 1])],
    ['IPv4 /33', rawSubnet(1, 33, 0, [192, 0, 2, 0, 0])],
    ['IPv4 /128', rawSubnet(1, 128, 0, zeros(16))],
    ['IPv6 /129', rawSubnet(2, 129, 0, zeros(17))],
    ['IPv6 /255', rawSubnet(2, 255, 0, zeros(32))],
    ['a scope', rawSubnet(1, 24, 24, [192, 0, 2])],
    ['a scope and no prefix', rawSubnet(1, 0, 1, [])],
    ['no family, but a prefix', rawSubnet(0, 8, 0, [10])],
    ['family 3', rawSubnet(3, 24, 0, [192, 0, 2])],
    ['family 3 without prefix', rawSubnet(3, 0, 0, [])],
    ['family 256', rawSubnet(256, 0, 0, [])],
    ['family 65535', rawSubnet(65_535, 0, 0, [])],
  ];
  for (const [name, option] of table) t.equal(accepted(option), false, name);
});

t.test('two of them name two clients', async (t) => {
  const one = subnet('192.0.2.0/24');
  t.equal(accepted(one), true);
  t.equal(accepted(one, one), false);
  t.equal(accepted(one, subnet('2001:db8::/32')), false);
  t.equal(accepted(rawSubnet(0, 0, 0, []), one), false);
});

t.test('an option that was forgotten may come again', async (t) => {
  const read = newClientSubnet();
  const option = subnet('2001:db8:ffff::/48');
  const view = new DataView(option.buffer, option.byteOffset, option.byteLength);
  t.equal(readSubnet(view, 4, option.length - 4, read), true);
  t.equal(readSubnet(view, 4, option.length - 4, read), false);
  clearSubnet(read);
  const short = subnet('10.0.0.0/8');
  t.equal(readSubnet(new DataView(short.buffer, short.byteOffset), 4, short.length - 4, read), true);
  t.same([...read.address.subarray(0, 4)], [10, 0, 0, 0], 'nothing of the longer one is left');
});

t.test('RFC 7871 §7.2.1: it comes back as it came, with the scope', async () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1, 2),
      fc.nat(128),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.nat(128),
      fc.nat(20),
      (family, wanted, bytes, scope, at) => {
        const source = wanted % (family === 1 ? 33 : 129);
        const address = Array.from(bytes.subarray(0, Math.ceil(source / 8)), (byte, i) => {
          const kept = Math.min(8, source - i * 8);
          return byte & (0xff << (8 - kept)) & 0xff;
        });
        const option = rawSubnet(family, source, 0, address);
        const read = newClientSubnet();
        if (!readSubnet(new DataView(option.buffer), 4, option.length - 4, read)) return false;
        const room = new Uint8Array(60).fill(0xaa);
        const end = writeSubnetOption(new DataView(room.buffer), at, read, scope);
        const expected = rawSubnet(family, source, scope, address);
        return (
          end === at + expected.length &&
          subnetOptionLength(read) === expected.length &&
          Buffer.compare(room.subarray(at, end), expected) === 0 &&
          room.subarray(end).every((octet) => octet === 0xaa)
        );
      },
    ),
    { numRuns: 1000 },
  );
});

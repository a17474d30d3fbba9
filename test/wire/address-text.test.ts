import fc from 'fast-check';
import t from 'tap';
import { parseAddress } from '../../src/ip/address.js';
import { writeAddress, writeNumber } from '../../src/wire/address-text.js';

const room = new DataView(new ArrayBuffer(64));
const textTo = (end: number): string => Buffer.from(room.buffer, 5, end - 5).toString('latin1');
const written = (bytes: Uint8Array, ipv6: boolean): string => textTo(writeAddress(room, 5, bytes, 0, ipv6));

t.test('addresses are written as they are read', async (t) => {
  for (const text of [
    '0.0.0.0',
    '192.0.2.10',
    '255.255.255.255',
    '::',
    '::1',
    '1::',
    '2001:db8::1',
    '2001:db8:0:1:1:1:1:1',
    '2001:0:0:1::1',
    '1:0:0:2::',
    'abcd:ef01:2345:6789:abcd:ef01:2345:6789',
    '::2:0:0:0:1',
  ]) {
    const address = parseAddress(text);
    t.equal(written(address?.bytes ?? new Uint8Array(), text.includes(':')), text);
  }
});

t.test('and so are all others', async (t) => {
  const group = fc.oneof(fc.constant(0), fc.nat(0xffff));
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const bytes = Uint8Array.from(groups.flatMap((each) => [each >> 8, each & 0xff]));
      const text = written(bytes, true);
      const again = parseAddress(text);
      // Those with IPv4 inside are read into that form.
      if (again?.family === 'ipv6') t.strictSame(Buffer.from(again.bytes), Buffer.from(bytes), text);
      t.equal(new URL(`http://[${text}]/`).hostname, `[${text}]`, 'as RFC 5952 has it');
    }),
  );
});

t.test('numbers', async (t) => {
  for (const number of [0, 9, 10, 255, 64_500, 4_294_967_295]) {
    t.equal(textTo(writeNumber(room, 5, number)), String(number));
  }
});

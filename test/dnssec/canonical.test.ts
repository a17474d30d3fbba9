/** The canonical form of names and records. */
import t from 'tap';
import { canonicalData, canonicalSet, compareNames } from '../../src/dnssec/canonical.js';
import { encodeName } from '../../src/wire/names.js';

const octets = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? encodeName(part) : Uint8Array.from(part))));

t.test('RFC 4034 §6.1: the order of names', async (t) => {
  // Its names with octets outside of zone files aside.
  const names = [
    'example',
    'a.example',
    'yljkjljk.a.example',
    'z.a.example',
    'zabc.a.example',
    'z.example',
    '*.z.example',
    '-.z.example',
    '_.z.example',
  ];
  for (const [i, one] of names.entries())
    for (const [j, other] of names.entries())
      t.equal(Math.sign(compareNames(one, other)), Math.sign(i - j), `${one} ${other}`);
});

t.test('RFC 4034 §6.2: names in data in lower case, and nothing else of them', async (t) => {
  const table: [type: number, given: Uint8Array, canonical: Uint8Array][] = [
    [2, octets('NS.Example'), octets('ns.example')],
    [5, octets('A.B.C'), octets('a.b.c')],
    [12, octets(''), octets('')],
    [39, octets('X.Y'), octets('x.y')],
    [6, octets('NS.A', 'Host.A', [0x41, 0, 0, 0x42]), octets('ns.a', 'host.a', [0x41, 0, 0, 0x42])],
    [15, octets([0x41, 0x42], 'Mail.A'), octets([0x41, 0x42], 'mail.a')],
    [33, octets([0x41, 0, 0x42, 0, 0x43, 0], 'S.A'), octets([0x41, 0, 0x42, 0, 0x43, 0], 's.a')],
    [17, octets('A.B', 'C.D'), octets('a.b', 'c.d')],
    [26, octets([0x41, 0], 'A.B', 'C.D'), octets([0x41, 0], 'a.b', 'c.d')],
    [
      35,
      octets([0, 1, 0, 2, 1, 0x55, 0, 2, 0x41, 0x42], 'N.A'),
      octets([0, 1, 0, 2, 1, 0x55, 0, 2, 0x41, 0x42], 'n.a'),
    ],
    // RFC 6840 §5.1: NSEC has them as they are. RFC 3597 §7: so have types that came later, as HTTPS.
    [47, octets('N.A', [0, 1, 0x40]), octets('N.A', [0, 1, 0x40])],
    [65, octets([0, 1], 'H.A'), octets([0, 1], 'H.A')],
    [16, octets([2, 0x41, 0x42]), octets([2, 0x41, 0x42])],
  ];
  for (const [type, given, canonical] of table) {
    const before = given.slice();
    t.same([...canonicalData(type, given)], [...canonical], `${type}`);
    t.same([...given], [...before], 'and what was given is as it was');
  }
});

t.test('RFC 4034 §6.3: records in the order of their data, and each once', async (t) => {
  const data = [[2], [1, 0], [1], [2], []].map((each) => Uint8Array.from(each));
  const record = (...each: number[]): Uint8Array =>
    octets('a.example', [255, 1, 0, 1, 0, 0, 0, 9, 0, each.length], each);
  t.same(
    canonicalSet({ owner: 'a.example', type: 65_281, ttl: 9, data }),
    Buffer.concat([record(), record(1), record(1, 0), record(2)]),
  );
  const names = ['B.C', 'a.b', 'b.c'].map(encodeName);
  t.equal(
    canonicalSet({ owner: '', type: 2, ttl: 0, data: names }).length,
    2 * (1 + 10 + 5),
    'equal but for case',
  );
});

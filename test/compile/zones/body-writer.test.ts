/** Bodies: records to the octet, their pointers left open. */
import t from 'tap';
import { type Entry, writeBody } from '../../../src/compile/zones/body-writer.js';

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

t.test('owners', async (t) => {
  const data = Uint8Array.of(0xaa, 0xbb);
  const name = 'dl.example.org';
  const alias: Entry = {
    owner: { kind: 'question', name },
    type: 5,
    ttl: 0x01020304,
    data,
    section: 'an',
  };
  const body = writeBody(
    [
      alias,
      { owner: { kind: 'data', of: alias, name }, type: 1, ttl: 60, data, section: 'an' },
      { owner: { kind: 'name', name: 'dl.example.org' }, type: 6, ttl: 0x7fffffff, data, section: 'ns' },
      { owner: { kind: 'name', name: 'ns1.dl.example.org' }, type: 28, ttl: 0, data, section: 'ar' },
      { owner: { kind: 'name', name: 'a.b.dl.example.org' }, type: 257, ttl: 0, data, section: 'ar' },
    ],
    'dl.example.org',
  );
  t.equal(
    hex(body.octets),
    [
      'c00c 0005 0001 01020304 0002 aabb',
      '0000 0001 0001 0000003c 0002 aabb',
      '0000 0006 0001 7fffffff 0002 aabb',
      '036e73310000 001c 0001 00000000 0002 aabb',
      '016101620000 0101 0001 00000000 0002 aabb',
    ]
      .join('')
      .replaceAll(' ', ''),
  );
  t.equal(body.aliasAt, 12);
  // The zone's name takes 16 octets of the question, its type and class 4.
  t.same([...body.pointers], [14, 12, 28, -20, 46, -20, 64, -20]);
  t.same([body.an, body.ns, body.ar, body.required], [2, 1, 2, 42]);
});

t.test('nothing', async (t) => {
  const body = writeBody([], 'example.org');
  t.same(
    [body.octets.length, body.pointers.length, body.required, body.an, body.ns, body.ar, body.aliasAt],
    [0, 0, 0, 0, 0, 0, -1],
  );
});

import t from 'tap';
import type { Address } from '../../src/ip/address.js';
import type { StaticRrset } from '../../src/zone/model.js';
import { records, testFaults } from './zone-faults.js';
import { fixture, soundZone } from './zone-text.js';

t.test('records of each type', async (t) => {
  const { records } = soundZone(fixture('every-key.yaml'));
  const find = (owner: string, type: string): StaticRrset | undefined =>
    records.find((rrset) => rrset.owner === owner && rrset.type === type);
  const address = (rrset: StaticRrset | undefined): Address | undefined => {
    const [data] = rrset?.data ?? [];
    return data !== undefined && 'address' in data ? data.address : undefined;
  };
  t.equal(records.length, 11);
  t.equal(address(find('ns1.dl.example.org', 'A'))?.text, '192.0.2.53');
  t.equal(address(find('ns1.dl.example.org', 'AAAA'))?.text, '2001:db8::53', 'a lone value is a list of one');
  t.equal(find('ns1.dl.example.org', 'A')?.ttl, 3600);
  t.same(find('dl.example.org', 'TXT'), {
    owner: 'dl.example.org',
    type: 'TXT',
    ttl: 600,
    data: [
      { type: 'TXT', strings: [Buffer.from('one')] },
      { type: 'TXT', strings: [Buffer.from('two')] },
    ],
  });
  t.same(find('dl.example.org', 'CAA')?.data, [
    { type: 'CAA', flags: 0, tag: 'issue', value: 'letsencrypt.org' },
    { type: 'CAA', flags: 0, tag: 'iodef', value: 'mailto:admin@example.org' },
  ]);
  t.same(find('dl.example.org', 'MX')?.data, [
    { type: 'MX', preference: 10, exchange: 'mail.example.org' },
    { type: 'MX', preference: 20, exchange: 'mail2.example.org' },
  ]);
  t.same(find('*.any.dl.example.org', 'CNAME')?.data, [{ type: 'CNAME', target: 'www.example.org' }]);
  t.same(find('one.dl.example.org', 'CNAME')?.data, [{ type: 'CNAME', target: 'two.example.org' }]);
  t.same(find('53.dl.example.org', 'PTR')?.data, [{ type: 'PTR', target: 'host.example.org' }]);
  t.same(find('_https._tcp.dl.example.org', 'SRV')?.data, [
    { type: 'SRV', priority: 10, weight: 5, port: 443, target: 'www.example.org' },
    { type: 'SRV', priority: 1, weight: 2, port: 3, target: '' },
  ]);
  t.same(find('key.dl.example.org', 'TYPE44')?.data, [
    { type: 'RAW', bytes: Uint8Array.of(0x01, 0x02, 0xab, 0xcd) },
  ]);
  t.same(find('key.dl.example.org', 'TYPE65280')?.data, [
    { type: 'RAW', bytes: new Uint8Array(0) },
    { type: 'RAW', bytes: Uint8Array.of(0x00, 0xff) },
  ]);
});

testFaults('what is no RRset', [
  ['a type twice', records("a: { SSHFP: '\\# 0', ⟦TYPE44: '\\# 0' }"), /TYPE44 is the same type as SSHFP/],
  ['an empty RRset', records('a: { ⟦TXT: [] }'), /"TXT" is empty, expected at least one record/],
  ['no records', records('⟦a: { ttl: 60 }'), /"a" holds no records/],
  ['a record twice', records('a: { A: [192.0.2.1, ⟦192.0.2.1] }'), /this record is listed twice/],
  [
    'a type twice, by number',
    records("a: { HTTPS: 1 ., ⟦TYPE65: '\\# 3 000200' }"),
    /TYPE65 is the same type as HTTPS/,
  ],
  ['one record in two forms', records("a: { HTTPS: [1 ., ⟦'\\# 3 000100'] }"), /this record is listed twice/],
  [
    'an RRset too large',
    records(`a: { ⟦TXT: [${Array.from({ length: 6 }, (_, i) => `${i}${'x'.repeat(10_000)}`).join(', ')}] }`),
    /the most that fit a message/,
  ],
  ['a record TTL', records('a: { TXT: x, ttl: ⟦-5 }'), /ttl -5 is out of range/],
]);

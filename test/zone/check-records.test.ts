import { records, testFaults } from './zone-faults.js';

testFaults("what records, pools and name servers can't be beside one another", [
  [
    'a name server twice',
    { ns: 'ns: [ns1.example.net, ⟦NS1.example.net.]' },
    /ns1.example.net is listed twice/,
  ],
  [
    'an alias of the zone',
    { pools: 'pools: { eu: {} }', ...records('"@": { ⟦CNAME: example.net }') },
    /the zone's own name can't be a CNAME/,
  ],
  [
    'an alias with company',
    records('a: { TXT: x, ⟦CNAME: example.net }'),
    /CNAME beside TXT: an alias can have no other records/,
  ],
  ['two aliases', records('a: { CNAME: [b.example, ⟦c.example] }'), /a CNAME has one target/],
  ['an alias of itself', records('a: { ⟦CNAME: a.dl.example.org }'), /leads back to itself/],
  ['A beside a pool', records('"@": { ⟦A: 192.0.2.1 }'), /A beside the pool "@"/],
  ['AAAA beside a pool', records('"@": { ⟦AAAA: "2001:db8::1" }'), /AAAA beside the pool "@"/],
  [
    'CNAME beside a pool',
    { pools: 'pools: { eu: {} }', ...records('EU: { ⟦CNAME: example.net }') },
    /CNAME beside the pool "eu"/,
  ],
  [
    'a mail server that is an alias',
    records('m: { CNAME: a.example }\n  "@": { MX: [⟦10 m.dl.example.org] }'),
    /m.dl.example.org is a CNAME \(line 6\): MX needs/,
  ],
  [
    'a service that is an alias',
    records('m: { CNAME: a.example }\n  s: { SRV: ⟦1 1 1 m.dl.example.org }'),
    /m.dl.example.org is a CNAME \(line 6\): SRV needs/,
  ],
]);

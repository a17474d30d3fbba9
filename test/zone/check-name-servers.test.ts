import { records, testFaults } from './zone-faults.js';

testFaults('a name server inside the zone needs addresses of its own', [
  [
    'a name server without addresses',
    { ns: 'ns: [⟦ns1.dl.example.org]' },
    /inside the zone and has no addresses there: add records: \{ "ns1": \{ A/,
  ],
  [
    'a name server with a text only',
    { ns: 'ns: [⟦ns1.dl.example.org]', ...records('ns1: { TXT: x }') },
    /has no addresses there/,
  ],
  [
    'a name server that is an alias',
    { ns: 'ns: [⟦ns1.dl.example.org]', ...records('ns1: { CNAME: a.example }') },
    /ns1.dl.example.org is a CNAME \(line 6\)/,
  ],
  ['a name server that is a pool', { ns: 'ns: [⟦dl.example.org]' }, /dl.example.org is a pool/],
]);

import { addressed, mirror, testFaults } from './zone-faults.js';

testFaults('what a file, and each mirror of it, must have', [
  ['no zone', { zone: '', ns: '⟦ns: [ns1.example.net]' }, /"zone" is missing, expected the name/],
  ['no ns', { ns: '', zone: '⟦zone: dl.example.org' }, /"ns" is missing/],
  ['no pools', { pools: '', zone: '⟦zone: dl.example.org' }, /"pools" is missing, expected at least one/],
  ['no mirrors', { mirrors: '', zone: '⟦zone: dl.example.org' }, /"mirrors" is missing/],
  ['empty mirrors', { mirrors: '⟦mirrors: {}' }, /"mirrors" is empty, expected at least one mirror/],
  ['empty pools', { pools: '⟦pools: {}' }, /"pools" is empty/],
  ['empty ns', { ns: '⟦ns: []' }, /"ns" is empty/],
  [
    'a name beside addresses',
    addressed('⟦hostname: a.example.net'),
    /"hostname" beside "addresses": write only one/,
  ],
  ['no addresses', { mirrors: 'mirrors:\n  ⟦aurora: {}' }, /mirror "aurora" has no "addresses"/],
  ['an empty list of addresses', mirror('⟦addresses: []'), /mirror "aurora" has no addresses/],
]);

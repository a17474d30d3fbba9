import { records, testFaults } from './zone-faults.js';

testFaults("owner names that are none, or not the zone's", [
  ['a wildcard pool', { pools: 'pools:\n  ⟦"*": {}' }, /a pool can't be a wildcard/],
  ['a wildcard pool below', { pools: 'pools:\n  ⟦"*.eu": {}' }, /a pool can't be a wildcard/],
  ['an absolute owner name', { pools: 'pools:\n  ⟦dl.example.org: {}' }, /relative to the zone, write "@"/],
  [
    'an absolute owner name below',
    { pools: 'pools:\n  ⟦eu.dl.example.org: {}' },
    /relative to the zone, write "eu"/,
  ],
  ['a trailing dot', { pools: 'pools:\n  ⟦eu.: {}' }, /is not a name relative to the zone/],
  [
    'an owner name twice',
    { pools: 'pools:\n  eu: {}\n  ⟦EU: {}' },
    /"EU" is the same name as "eu" at line 4/,
  ],
  ['a star inside', records('⟦a.*.b: { A: 192.0.2.1 }'), /"\*" is not allowed/],
  [
    'a long owner name',
    { pools: `pools:\n  ⟦${'abc.'.repeat(60)}x: {}` },
    /takes 258 octets, the most is 255/,
  ],
]);

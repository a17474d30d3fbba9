import { addressed, pool, testFaults } from './zone-faults.js';

testFaults('a list in which something stands twice, at the second', [
  ['an AS', addressed('asn: [64500, 64501, ⟦64500]'), /^64500 is listed twice$/],
  ['a country', pool('only_countries: [DE, ⟦DE]'), /^DE is listed twice$/],
  [
    'a network in another spelling',
    addressed('except_networks: ["2001:db8::/32", ⟦"2001:DB8:0::/32"]'),
    /^2001:db8::\/32 is listed twice$/,
  ],
]);

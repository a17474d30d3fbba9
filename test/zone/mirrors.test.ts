import { addressed, mirror, testFaults } from './zone-faults.js';

testFaults("what a mirror can't be", [
  [
    'the name of a mirror',
    { mirrors: 'mirrors:\n  ⟦Aurora: {addresses: [192.0.2.1]}' },
    /"Aurora" can't be the name of a mirror, expected/,
  ],
  [
    'a mirror with a slash',
    { mirrors: 'mirrors:\n  ⟦a/b: {addresses: [192.0.2.1]}' },
    /"a\/b" can't be the name of a mirror/,
  ],
  [
    'an address twice',
    mirror('addresses: ["2001:db8::1", ⟦"2001:DB8:0::1"]'),
    /2001:db8::1 is listed twice \(line 6\)/,
  ],
  [
    'an address of two mirrors',
    { mirrors: 'mirrors:\n  a: {addresses: [192.0.2.1]}\n  b: {addresses: [⟦192.0.2.1]}' },
    /192.0.2.1 is also that of mirror "a" \(line 5\)/,
  ],
  [
    'a name that is an address',
    mirror('hostname: ⟦192.0.2.1'),
    /is an address: write addresses: \["192\.0\.2\.1"\]/,
  ],
  [
    'a backup that comes first',
    addressed('backup: true\n    ⟦networks: [198.51.100.0/24]'),
    /"networks" says who comes here first, and "backup" that others do: leave one out/,
  ],
  [
    'a backup that comes first for an AS',
    addressed('backup: true\n    ⟦asn: [64500]'),
    /"asn" says who comes here/,
  ],
  [
    'a network twice',
    addressed('networks: [198.51.100.0/24, ⟦198.51.100.0/24]'),
    /198.51.100.0\/24 is listed twice/,
  ],
  ['a latitude alone', addressed('location: { ⟦latitude: 1 }'), /"latitude" needs "longitude" too/],
  [
    'a longitude alone',
    addressed('location: { country: DE, ⟦longitude: 1 }'),
    /"longitude" needs "latitude" too/,
  ],
  [
    'a latitude out of range',
    addressed('location: { longitude: 1, latitude: ⟦95 }'),
    /^latitude 95 is out of range, expected -90 to 90$/,
  ],
  [
    'a longitude out of range',
    addressed('location: { longitude: ⟦-180.5, latitude: 1 }'),
    /^longitude -180.5 is out of range, expected -180 to 180$/,
  ],
  ['a negative weight', addressed('weight: ⟦-1'), /^weight -1 is out of range, expected 0 to/],
  ['a capacity in octets', addressed('weight: ⟦1GB/s'), /^"1GB\/s" is not a weight, expected a number/],
  ['a capacity beyond all', addressed('weight: ⟦9000Tbit/s'), /^weight 9000000000 is out of range/],
  ['no weight at all', addressed('weight: ⟦[1]'), /^"weight" must be a number or text, found a list/],
  ['part of a weight', addressed('weight: ⟦1.5'), /weight must be a whole number, found the number 1.5/],
  ['an email', addressed('email: ⟦nobody'), /"nobody" is not an email address/],
]);

import { addressed, mirror, testFaults } from './zone-faults.js';

testFaults("addresses and networks that are none, or nobody's", [
  [
    'a bad address',
    mirror('addresses: [192.0.2.10, ⟦192.0.2.256]'),
    /"192.0.2.256" is not an IP address, expected one such as/,
  ],
  [
    'a name for an address',
    mirror('addresses: [⟦mirror.example.org]'),
    /"mirror.example.org" is a host name: write hostname: mirror.example.org in place of "addresses"/,
  ],
  ['an address with a length', mirror('addresses: [⟦192.0.2.1/32]'), /write 192.0.2.1, without the length/],
  ['an address with a port', mirror('addresses: [⟦192.0.2.1:80]'), /write 192.0.2.1, without the port/],
  ['a mapped address', mirror('addresses: [⟦"::ffff:192.0.2.1"]'), /IPv4 inside IPv6: write 192.0.2.1/],
  ['no host has it', mirror('addresses: [⟦0.0.0.0]'), /0.0.0.0 can't be the address of a server/],
  ['multicast', mirror('addresses: [⟦"ff02::1"]'), /ff02::1 can't be the address of a server/],
  ['no unicast', mirror('addresses: [⟦0.1.2.3]'), /0.1.2.3 can't be the address of a server/],
  ['link-local', mirror('addresses: [⟦"fe80::1"]'), /fe80::1 is link-local/],
  [
    'a network inside 6to4',
    addressed('networks: [⟦2002:c000:0201:1::/64]'),
    /"2002:c000:0201:1::\/64" matches no client: .* write 192\.0\.2\.1\/32/,
  ],
  [
    'a prefix with bits behind it',
    addressed('networks: [⟦198.51.100.1/24]'),
    /bits behind \/24 are set; the prefix is 198.51.100.0\/24/,
  ],
  [
    'a prefix without length',
    addressed('only_networks: [⟦198.51.100.1]'),
    /has no length: write 198.51.100.1\/32/,
  ],
  ['a prefix too long', addressed('networks: [⟦198.51.100.0/33]'), /the length is 33, the most/],
]);

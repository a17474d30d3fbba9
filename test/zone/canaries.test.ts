import { pool, testFaults } from './zone-faults.js';

testFaults('a canary that is none', [
  ['no port', pool('canaries: [⟦192.0.2.1]'), /is not a canary, expected ADDRESS:PORT such as/],
  ['port 0', pool('canaries: [⟦"192.0.2.1:0"]'), /is not a canary/],
  ['IPv6 without brackets', pool('canaries: [⟦"2001:db8::1:443"]'), /is not a canary/],
  ['a name with a port', pool('canaries: ["192.0.2.1:443", ⟦"canary.example:443"]'), /is not a canary/],
  ['another protocol', pool('canaries: [⟦"ftp://canary.example/"]'), /expected a URL such as https/],
  ['a password', pool('canaries: [⟦"https://a:b@canary.example/"]'), /expected a URL such as https/],
  ['an address of nobody', pool('canaries: [⟦"0.0.0.0:80"]'), /can't be the address of a server/],
]);

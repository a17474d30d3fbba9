import { records, testFaults } from './zone-faults.js';

testFaults("what services can't be beside pools and one another", [
  [
    'a hint beside a pool',
    records('"@": { HTTPS: [⟦1 . alpn=h2 ipv4hint=192.0.2.1] }'),
    /^ipv4hint beside the pool "@": its addresses are drawn anew .* leave the hint out$/,
  ],
  [
    'a hint of an alias that leads to a pool',
    records(
      'w: { CNAME: dl.example.org }\n  _a: { SVCB: ["1 a.example ipv6hint=2001:db8::1", ⟦"1 w.dl.example.org ipv6hint=2001:db8::1"] }',
    ),
    /ipv6hint beside the pool "@"/,
  ],
  [
    'an alias with company',
    records('a: { HTTPS: [1 a.example, ⟦0 b.example] }'),
    /priority 0 is an alias: clients ignore all other records/,
  ],
]);

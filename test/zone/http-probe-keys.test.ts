import { pool, probe, testFaults } from './zone-faults.js';

testFaults("what can't be asked over HTTP", [
  ['a method', pool('probe: { method: ⟦POST }'), /"method" can't be/],
  [
    'a range that is none',
    pool('probe: { range: ⟦bytes=0-0 }'),
    /"bytes=0-0" is not a range, expected the first and the last/,
  ],
  ['a range backwards', pool('probe: { range: ⟦9-0 }'), /ends before it begins/],
  ['a range that is a download', pool('probe: { range: ⟦0-1048576 }'), /longer than 1 MiB/],
  ['a redirect rule', pool('probe: { redirects: ⟦same }'), /"redirects" can't be the text "same"/],
  ['nothing to contain', pool('probe: { contains: ⟦"" }'), /every body contains that/],
  ['a pattern that is none', pool('probe: { contains: ⟦"/(/" }'), /is not a pattern: /],
  [
    'a pattern that looks ahead',
    pool('probe: { contains: ⟦"/(?=a)b/" }'),
    /without look-ahead, look-behind and references back, and with no count above 1000: .*`\(\?=`/,
  ],
  ['flags that are none', pool('probe: { contains: ⟦"/a/gx" }'), /the flags of a pattern are/],
  ['a rate without a second', pool('probe: { min_rate: ⟦2MB }'), /"2MB" is not a rate, expected/],
  ['no rate', pool('probe: { min_rate: ⟦0MB/s }'), /min_rate 0MB\/s is out of range/],
  ['a status code', probe('expect: [200, ⟦600]'), /status code 600 is out of range, expected 100 to 599/],
  ['no status code', probe('expect: ⟦[]'), /"expect" is empty/],
  ['a relative path', probe('path: ⟦trace'), /path "trace" must start with "\/"/],
  ['a path with a space', probe('path: ⟦/a b'), /path "\/a b" has a character/],
  ['a host with a port', probe('host: ⟦dl.example.org:80'), /write host: dl.example.org, port: 80/],
  ['a host that is an address', probe('host: ⟦192.0.2.1'), /"192.0.2.1" is an address, expected a name/],
]);

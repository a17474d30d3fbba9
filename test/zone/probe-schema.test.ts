import { pool, probe, testFaults } from './zone-faults.js';

testFaults('what no probe has', [
  [
    'a type',
    probe('type: ⟦htp'),
    /"type" can't be the text "htp", expected one of: http, https, tcp, rsync, none; did you mean "http"/,
  ],
  ['a port', probe('port: ⟦65536'), /port 65536 is out of range, expected 1 to 65535/],
  ['an empty list of probes', pool('probes: ⟦[]'), /"probes" is empty: leave it out/],
]);

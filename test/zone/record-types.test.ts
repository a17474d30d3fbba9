import { records, testFaults } from './zone-faults.js';

testFaults('types that are refused, or none', [
  ['SOA', records('"@": { ⟦SOA: x }'), /SOA records are refused: it goes into "soa:"/],
  ['DNAME', records('eu: { ⟦DNAME: example.net }'), /DNAME records are refused: it is not supported/],
  ['SPF', records('eu: { ⟦SPF: "v=spf1 -all" }'), /SPF records are refused: .*write TXT/],
  ['SPF by number', records("eu: { ⟦TYPE99: '\\# 0' }"), /TYPE99 \(SPF\) records are refused/],
  ['A by number', records("eu: { ⟦TYPE1: '\\# 0' }"), /TYPE1 has a form of its own: write A/],
  ['a meta type', records("eu: { ⟦TYPE255: '\\# 0' }"), /TYPE255 \(ANY\) records are refused/],
  ['a type of questions', records("eu: { ⟦TYPE252: '\\# 0' }"), /TYPE252 is not a type of data/],
  [
    'a type in lower case',
    records('eu: { ⟦aaaa: "2001:db8::1" }'),
    /unknown record type "aaaa"; did you mean "AAAA"/,
  ],
  ['no type', records('eu: { ⟦ADDRESS: 192.0.2.1 }'), /unknown record type "ADDRESS", expected/],
  [
    'no type, but a word of JavaScript',
    records('eu: { ⟦constructor: x }'),
    /unknown record type "constructor"/,
  ],
]);

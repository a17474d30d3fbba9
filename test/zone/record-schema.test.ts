import { records, testFaults } from './zone-faults.js';

testFaults('data that are not those of their type', [
  [
    'IPv6 as A',
    records('eu: { A: [192.0.2.1, ⟦"2001:db8::1"] }'),
    /not an IPv4 address as A needs: put it under AAAA/,
  ],
  ['IPv4 as AAAA', records('eu: { AAAA: ⟦192.0.2.1 }'), /not an IPv6 address as AAAA needs: put it under A/],
  ['a mapped AAAA', records('eu: { AAAA: ⟦"::ffff:192.0.2.1" }'), /IPv4 inside IPv6/],
  [
    'an MX without preference',
    records('"@": { MX: ⟦mail.example.org }'),
    /is not an MX record, expected PREFERENCE EXCHANGE/,
  ],
  ['an MX that lacks a key', records('"@": { ⟦MX: { preference: 10 } }'), /"exchange" is missing/],
  [
    'a key too many',
    records('"@": { MX: [{ preference: 10, exchange: a.example, ⟦port: 1 }] }'),
    /unknown key "port", expected one of: preference, exchange/,
  ],
  [
    'an SRV',
    records('_a._tcp: { SRV: ⟦10 5 www.example.org }'),
    /is not an SRV record, expected PRIORITY WEIGHT PORT TARGET/,
  ],
  [
    'an SRV port',
    records('_a._tcp: { SRV: { priority: 1, weight: 1, port: ⟦65536, target: a.example } }'),
    /port 65536 is out of range/,
  ],
  ['a CAA', records('"@": { CAA: ⟦letsencrypt.org }'), /is not a CAA record/],
  ['CAA flags', records('"@": { CAA: ⟦256 issue ca.example }'), /is not a CAA record/],
  [
    'neither text nor mapping',
    records('"@": { MX: ⟦5 }'),
    /"MX" must be text or a mapping or a list, found the number 5/,
  ],
  ['an HTTPS', records('"@": { HTTPS: ⟦alpn=h2 }'), /not a record of type HTTPS, expected PRIORITY TARGET/],
  [
    'a TXT of half a string',
    records(`a: { TXT: ⟦'"a" "b' }`),
    /begins with a double quote, expected strings/,
  ],
  ['bytes too few', records("a: { TLSA: ⟦'\\# 3 0102' }"), /has 2 octets but says 3/],
  ['bytes of half an octet', records("a: { TLSA: ⟦'\\# 1 012' }"), /is not data as RFC 3597 has it/],
  ['not bytes', records('a: { TLSA: ⟦3 1 1 0102 }'), /is not data as RFC 3597 has it/],
]);

import { addressed, pool, probe, testFaults } from './zone-faults.js';

testFaults('a key that is unknown, and a value of another type', [
  ['an unknown key', { more: '⟦tll: 60' }, /unknown key "tll"; did you mean "ttl"\?/],
  ['an unknown key of a pool', pool('⟦answer: 3'), /unknown key "answer"; did you mean "answers"\?/],
  [
    'an unknown key of a probe',
    probe('⟦intervall: 3s'),
    /unknown key "intervall"; did you mean "interval"\?/,
  ],
  ['an unknown key of a mirror', addressed('⟦wieght: 3'), /unknown key "wieght"; did you mean "weight"\?/],
  [
    'an unknown key of a location',
    addressed('location: { ⟦town: x }'),
    /unknown key "town", expected one of: country/,
  ],
  ['an unknown key of soa', { more: 'soa: { ⟦mail: x }' }, /unknown key "mail", expected one of: mname/],
  ['a list for a mapping', { pools: 'pools: ⟦["@"]' }, /"pools" must be a mapping, found a list/],
  ['nothing for a mapping', { pools: 'pools:\n  ⟦"@":' }, /"@" must be a mapping, found nothing: write \{\}/],
  [
    'text for a list',
    { ns: 'ns: ⟦ns1.example.net' },
    /"ns" must be a list, found the text .*: write \[ns1.example.net\]/,
  ],
  ['text for a number', pool('answers: ⟦"3"'), /answers must be a whole number.*without quotes/],
  [
    'text for a truth',
    pool('same_country_first: ⟦yes'),
    /must be true or false, found the text "yes": write true/,
  ],
  ['a number for text', addressed('notes: ⟦5'), /"notes" must be text, found the number 5: put it in quotes/],
  [
    'a number in a list of text',
    pool('mirrors: [aurora, ⟦5]'),
    /item 2 of "mirrors" must be text, found the number 5/,
  ],
]);

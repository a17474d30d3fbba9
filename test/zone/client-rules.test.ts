import { addressed, testFaults } from './zone-faults.js';

testFaults('rules that admit nobody, or name no country or AS', [
  ['a country in lower case', addressed('only_countries: [⟦de]'), /"de" is not a country code: write DE/],
  [
    'a country by its other code',
    addressed('location: { country: ⟦UK }'),
    /"UK" is not a country code: write GB/,
  ],
  ['no country', addressed('except_countries: [DE, ⟦QQ]'), /"QQ" is not a country code, expected ISO 3166/],
  [
    'both rules',
    addressed('only_countries: [DE]\n    ⟦except_countries: [AT]'),
    /"except_countries" beside "only_countries"/,
  ],
  ['a rule for nobody', addressed('only_countries: ⟦[]'), /"only_countries" is empty/],
  ['an AS with letters', addressed('asn: [⟦AS64500]'), /AS number must be a whole number/],
  ['an AS out of range', addressed('asn: [⟦4294967296]'), /AS number 4294967296 is out of range/],
]);

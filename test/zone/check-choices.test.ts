import t from 'tap';
import { pool, testFaults } from './zone-faults.js';
import { faultsOf, type Sections, zoneText } from './zone-text.js';

const named = (mirrors: string, choose: string, more = ''): Sections => ({
  pools: `pools: { "@": { choose: [${choose}] } }`,
  mirrors: `mirrors: { ${mirrors} }`,
  more,
});
const A = '{ addresses: [192.0.2.1] }';
const long = (labels: number): string => Array.from({ length: labels }, () => 'a'.repeat(60)).join('.');

testFaults('names that choose would give to two things', [
  [
    'a mirror called as a country',
    named(`⟦de: ${A}`, 'country, mirror'),
    /^de\.dl\.example\.org is the name that "choose" of the pool "@" gives to a country: rename the mirror "de", or leave country out there$/,
  ],
  [
    'a mirror called as a continent',
    named(`⟦asia: ${A}`, 'mirror, continent'),
    /gives to a continent: rename the mirror "asia"/,
  ],
  [
    'records at a country, whether a mirror is there or not',
    named(`a: ${A}`, 'country', 'records:\n  www: { TXT: [x] }\n  ⟦mx: { A: [192.0.2.9] }'),
    /^mx\.dl\.example\.org is the name .* gives to a country: rename the records "mx"/,
  ],
  [
    'records at a mirror',
    named(`a: ${A}`, '⟦mirror', 'records: { a: { TXT: [x] } }'),
    /^a\.dl\.example\.org would be the mirror "a", and is the records "a": rename one of them$/,
  ],
  [
    'a pool at a continent of another',
    { pools: 'pools:\n  dl: { choose: [continent] }\n  ⟦europe.dl: {}' },
    /gives to a continent: rename the pool "europe\.dl"/,
  ],
  [
    'mirrors of two pools',
    {
      pools: 'pools:\n  "@": { choose: [mirror] }\n  b: { choose: [⟦mirror] }',
      mirrors: `mirrors: { a: ${A}, a.b: { addresses: [192.0.2.2] } }`,
    },
    /^a\.b\.dl\.example\.org would be the mirror "a", and is the mirror "a\.b"/,
  ],
]);

testFaults('what choose itself may not say', [
  ['twice the same', pool('choose: [mirror, ⟦mirror]'), /mirror is listed twice/],
  ['what nobody chooses by', pool('choose: [⟦city]'), /country/],
  [
    'a mirror whose name is none',
    named(`a-: ${A}`, '⟦mirror'),
    /the mirror "a-" can't be a name below the pool: /,
  ],
  [
    'a name that is too long',
    { pools: `pools:\n  ${long(3)}.${'b'.repeat(43)}: { choose: [country, ⟦continent] }` },
    /^the name of a continent below .* would be too long: give the pool a shorter one$/,
  ],
]);

t.test('names beside each other that are different', async (t) => {
  const sections: readonly Sections[] = [
    named(`de: ${A}`, 'mirror'),
    named(`de: ${A}`, 'continent'),
    named(`eu.de: ${A}`, 'country, continent, mirror'),
    named(`a: ${A}`, 'country', 'records: { www.de: { TXT: [x] }, "*": { TXT: [x] }, x.a: { TXT: [x] } }'),
    { pools: 'pools: { "@": { choose: [country] }, dl: { choose: [country, mirror] } }' },
    { pools: `pools: { dl: {}, de.dl: {} }` },
  ];
  for (const each of sections) t.strictSame(faultsOf(zoneText(each)), [], JSON.stringify(each));
});

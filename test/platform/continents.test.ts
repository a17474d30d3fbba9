import t from 'tap';
import { CONTINENTS, continentOf } from '../../src/platform/continents.js';
import { COUNTRY_CODES } from '../../src/platform/countries.js';

t.test('every country is on one continent, and nothing else is', async (t) => {
  const homeless = [...COUNTRY_CODES].filter((country) => continentOf(country) === undefined);
  t.strictSame(homeless, []);
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const placed = letters
    .flatMap((a) => letters.map((b) => a + b))
    .filter((code) => continentOf(code) !== undefined);
  t.strictSame(placed.sort(), [...COUNTRY_CODES].sort());
  t.equal(continentOf('de'), undefined, 'codes are in upper case');
});

t.test('countries are where location databases have them', async (t) => {
  const some = {
    DE: 'EU',
    RU: 'EU',
    CY: 'EU',
    TR: 'AS',
    EG: 'AF',
    MX: 'NA',
    GL: 'NA',
    BR: 'SA',
    NZ: 'OC',
    AQ: 'AN',
  };
  for (const [country, continent] of Object.entries(some)) t.equal(continentOf(country), continent, country);
  t.strictSame([...new Set([...COUNTRY_CODES].map(continentOf))].sort(), [...CONTINENTS]);
});

import t from 'tap';
import { COUNTRY_CODES } from '../../src/platform/countries.js';
import { readCountry } from '../../src/zone/countries.js';

t.test('codes that are assigned', async (t) => {
  for (const code of COUNTRY_CODES) {
    t.match(code, /^[A-Z]{2}$/);
    t.equal(readCountry(code), code);
  }
});

t.test('codes that are not', async (t) => {
  t.match(readCountry('de'), { fault: /write DE/ });
  t.match(readCountry('UK'), { fault: /write GB/ });
  t.match(readCountry('uk'), { fault: /write GB/ });
  for (const text of ['', 'QQ', 'EU', 'SU', 'AN', 'DEU', 'Germany', 'ZZ'])
    t.match(readCountry(text), { fault: /alpha-2/ }, text);
});

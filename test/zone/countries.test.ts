import t from 'tap';
import { countryCodes, readCountry } from '../../src/zone/countries.js';

t.test('codes that are assigned', async (t) => {
  t.equal(countryCodes().length, 250, 'the 249 of ISO 3166-1, and XK');
  for (const code of countryCodes()) {
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

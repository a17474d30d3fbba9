import t from 'tap';
import { peopleOnline } from '../../src/compile/people-online.js';
import { COUNTRY_CODES } from '../../src/platform/countries.js';

t.test('each country has people, and all together are about as many as are online', async (t) => {
  const all = [...COUNTRY_CODES].map(peopleOnline);
  t.ok(all.every((millions) => millions > 0));
  const sum = all.reduce((a, b) => a + b, 0);
  t.ok(sum > 4500 && sum < 6000, `${sum} millions`);
});

t.test('every entry is of a country that there is, once', async (t) => {
  const listed = [...COUNTRY_CODES].filter((code) => peopleOnline(code) >= 1);
  t.ok(listed.length > 120);
  // One that is written twice, or is none, would be missing from what the countries sum up to.
  t.equal(peopleOnline('ZZ'), peopleOnline('VA'));
});

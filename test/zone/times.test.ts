import t from 'tap';
import { readTime } from '../../src/zone/times.js';

t.test('a time is RFC 3339, and a day of its month', async (t) => {
  const noon = Date.UTC(2028, 1, 29, 12);
  for (const text of ['2028-02-29T12:00:00Z', '2028-02-29t12:00:00.000z', '2028-02-29 14:00:00+02:00']) {
    t.equal(readTime(text), noon, text);
  }
  const wrong = [
    ...['2030', '2030-01', '2030-01-01', '2030-01-01T12:00Z', '2030-01-01T12:00:00', 'tomorrow', ''],
    ...['2027-02-29T12:00:00Z', '2027-04-31T12:00:00Z', '2027-13-01T12:00:00Z', '2027-01-00T12:00:00Z'],
    ...['2027-01-01T24:00:00Z', '2027-01-01T12:60:00Z', '2027-01-01T12:00:00+24:00', '2027-01-01T12:00:60Z'],
    ...['9999-12-31T23:59:59-00:01', '0000-01-01T00:00:00+00:01'],
  ];
  for (const text of wrong) t.match(readTime(text), { fault: /is not a time, expected one such as/ }, text);
});

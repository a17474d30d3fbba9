import t from 'tap';
import { clockAhead } from '../../src/probe/peer-clock.js';

const NOW = Date.UTC(2026, 10, 29, 12, 0, 0);
const HOUR = 3_600_000;

function ahead(fields: Readonly<Record<string, string>>, before = NOW, after = NOW + 50): number | undefined {
  return clockAhead(new Map(Object.entries(fields)), before, after);
}

t.test('a date between question and answer is right, another one is off by what is missing', async (t) => {
  t.equal(ahead({ date: 'Sun, 29 Nov 2026 12:00:00 GMT' }), 0);
  t.equal(ahead({ date: 'Sun, 29 Nov 2026 10:00:00 GMT' }), 2 * HOUR);
  t.equal(ahead({ date: 'Sun, 29 Nov 2026 14:00:00 GMT' }), 50 - 2 * HOUR);
  t.equal(ahead({ date: 'Sun, 29 Nov 2026 13:00:00 GMT' }, NOW, NOW + 2 * HOUR), 0, 'a pause is no fault');
  t.equal(ahead({ date: 'Thu, 01 Jan 1970 00:00:00 GMT' }), NOW);
});

t.test('what lay in a cache is as old as the cache says', async (t) => {
  t.equal(ahead({ date: 'Sun, 29 Nov 2026 10:00:00 GMT', age: '7200' }), 0);
  t.equal(ahead({ date: 'Sun, 29 Nov 2026 11:00:00 GMT', age: '0' }), HOUR);
  for (const age of ['-1', '', '1e3', '9'.repeat(10), '7200, 7200'])
    t.equal(ahead({ date: 'Sun, 29 Nov 2026 10:00:00 GMT', age }), undefined, age);
});

t.test('of garbage nothing is believed', async (t) => {
  t.equal(ahead({}), undefined);
  for (const date of [
    '',
    'now',
    '1795953600',
    '2026-11-29T10:00:00Z',
    'Sun, 29 Nov 2026 10:00:00 PST',
    'Sun, 29 Nov 2026 10:00:00',
    'Sun, 29 Nov 12026 10:00:00 GMT',
    'Sun, 29 Nix 2026 10:00:00 GMT',
    'Sun, 99 Nov 2026 10:00:00 GMT',
    'Sun, 29 Nov 2026 10:00:00 GMT, Sun, 29 Nov 2026 10:00:00 GMT',
    `Sun, 29 Nov 2026 10:00:00 GMT${' '.repeat(60_000)}x`,
  ]) {
    t.equal(ahead({ date }), undefined, date.slice(0, 80));
  }
});

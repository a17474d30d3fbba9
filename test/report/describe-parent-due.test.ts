import t from 'tap';
import { describeParentDue, isLate } from '../../src/report/describe-parent-due.js';

const due = { next: 7, old: 1, until: '2026-01-02T00:00:00.000Z', removed: '2026-01-03T01:00:00.000Z' };
const until = Date.parse(due.until);

t.test('before its time, and after', async (t) => {
  t.notOk(isLate(due, until - 1));
  t.ok(isLate(due, until));
  t.equal(
    describeParentDue('dl.example.org', due, until - 1),
    'dl.example.org: the parent must have the DS of key 7 by 2026-01-02T00:00:00.000Z: geopool dnssec status dl.example.org --check-parent --note',
  );
  t.match(
    describeParentDue('dl.example.org', due, until),
    /refuse the zone from 2026-01-03T01:00:00\.000Z on, when key 1 goes: geopool .* --note, or write a later "remove" of key 1$/,
  );
});

/** Signatures, keys and what parents have. */
import t from 'tap';
import type { StatusReport } from '../../src/control/status-report.js';
import { DEFAULT_LIMITS, findingsOf } from '../../src/report/findings.js';
import { NOW, statusReport, zoneReport } from './status-report.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function find(changes: Partial<StatusReport>): string[] {
  return findingsOf(statusReport(changes), NOW, DEFAULT_LIMITS).map(
    ({ severity, kind, text }) => `${severity} ${kind}: ${text}`,
  );
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}

t.test('signatures that were not renewed', async (t) => {
  const signed = (left: number): string[] =>
    find({ zones: [{ ...zoneReport([]), signed_until: rfc3339(NOW + left) }] });
  t.same(signed(5 * DAY), []);
  t.same(signed(5 * DAY - HOUR), [
    'warning signatures: dl.example.org: its first signature expires in 4d 23h: reload the server',
  ]);
  t.match(signed(2 * DAY - HOUR), [/^critical signatures: .* expires in 1d 23h: /]);
  t.match(signed(-HOUR), [/^critical signatures: .* expired 1h ago: /]);
});

t.test('a file of keys that is wrong', async (t) => {
  const keys = { signing: 1, retired: [], withdrawn: false };
  t.same(find({ zones: [{ ...zoneReport([]), keys }] }), []);
  t.same(find({ zones: [{ ...zoneReport([]), keys: { ...keys, error: 'x' } }] }), [
    'warning keys: dl.example.org: the file of its keys is wrong, those from before go on',
  ]);
});

t.test('what nobody saw at the parent is a warning, and critical when it is late', async (t) => {
  const at = (until: number) => {
    const parent_due = { next: 2, old: 1, until: rfc3339(until), removed: rfc3339(until + DAY) };
    return find({
      zones: [{ ...zoneReport([]), keys: { signing: 1, retired: [], withdrawn: false, parent_due } }],
    });
  };
  t.match(at(NOW + 1), [/^warning parent: dl\.example\.org: the parent must have the DS of key 2 by/]);
  t.match(at(NOW), [/^critical parent: dl\.example\.org: nobody noted that the parent had the DS of key 2/]);
});

t.test('a zone that is unsigned too early is critical', async (t) => {
  const unsigned = [{ zone: 'dl.example.org', since: rfc3339(NOW), until: rfc3339(NOW + DAY) }];
  t.match(find({ unsigned }), [
    /^critical unsigned: dl\.example\.org is unsigned since 2026-01-02T00:00:00\.000Z, and/,
  ]);
});

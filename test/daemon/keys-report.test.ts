import t from 'tap';
import { reportKeys } from '../../src/daemon/keys-report.js';
import { makeKey } from '../dnssec/make-keys.js';
import { soundZone, zoneText } from '../zone/zone-text.js';

const loaded = { zone: soundZone(zoneText()), text: '', file: 'z.yaml' };
const old = makeKey(15, [0, 0, 2000, 3000]);
const next = makeKey(15, [1000, 2000]);
// So that the hour by which clocks may be wrong is all there is.
const keys = { zone: 'dl.example.org', keys: [old, next], dsTtl: 0 } as const;

const due = {
  next: next.tag,
  old: old.tag,
  until: '1969-12-31T23:00:03.000Z',
  removed: '1970-01-01T00:00:03.000Z',
};

t.test('over a roll', async (t) => {
  t.equal(reportKeys(loaded, 0), undefined);
  for (const [now, said] of [
    [0, { signing: old.tag, retired: [], withdrawn: false, next_change: '1970-01-01T00:00:01.000Z' }],
    [
      1000,
      {
        signing: old.tag,
        next: next.tag,
        retired: [],
        withdrawn: false,
        next_change: '1970-01-01T00:00:02.000Z',
        parent_due: due,
      },
    ],
    [
      2000,
      {
        signing: next.tag,
        retired: [old.tag],
        withdrawn: false,
        next_change: '1970-01-01T00:00:03.000Z',
        parent_due: due,
      },
    ],
    [3000, { signing: next.tag, retired: [], withdrawn: false }],
  ] as const) {
    t.same(reportKeys({ ...loaded, keys }, now), said);
  }
});

t.test('what is wrong with their file, and nothing private', async (t) => {
  const keyFaults = [{ file: 'z.key', line: 3, column: 1, message: 'no' }];
  const report = reportKeys({ ...loaded, keys: { ...keys, withdrawn: 0 }, keyFaults }, 5000);
  t.match(report, { withdrawn: true, error: 'z.key:3:1: no' });
  t.notMatch(JSON.stringify(report), 'PRIVATE');
});

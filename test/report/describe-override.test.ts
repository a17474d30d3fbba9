import t from 'tap';
import { describeOverride, reportOverride } from '../../src/report/describe-override.js';

const OVERRIDE = { zone: 'dl.example.org', mirror: 'aurora', reason: 'disk full', since: 0 };

t.test('what, why, and by whom until when', async (t) => {
  const said = (more: object): string => describeOverride(reportOverride({ ...OVERRIDE, ...more }));
  t.equal(said({}), 'disabled: disk full');
  t.equal(said({ state: 'up', reason: '' }), 'held up');
  t.equal(
    said({ by: 'alice', file: 'z.yaml', until: 1000 }),
    'disabled: disk full (by alice, in z.yaml, until 1970-01-01T00:00:01.000Z)',
  );
});

t.test('a report has no key that says nothing', async (t) => {
  t.same(reportOverride({ ...OVERRIDE, reason: '' }), { state: 'down', since: '1970-01-01T00:00:00.000Z' });
});

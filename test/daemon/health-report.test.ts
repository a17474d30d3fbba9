/** What is told of probes: only what was measured, and warnings before they are verdicts. */
import t from 'tap';
import { reportHealth, reportProbed, reportProbes } from '../../src/daemon/health-report.js';
import type { CheckState } from '../../src/health/hysteresis.js';
import { checkOf, httpProbe, tcpProbe } from '../health/targets.js';

const NOW = Date.UTC(2026, 5, 1);
const DAY = 86_400_000;
const up: CheckState = { verdict: 'up', streak: 0, since: NOW - DAY };

t.test('what is not known is not told', async (t) => {
  t.same(reportHealth(up), { state: 'up', since: '2026-05-31T00:00:00.000Z' });
  t.same(
    reportHealth({
      ...up,
      verdict: 'down',
      cause: 'refused',
      heldUntil: NOW,
      lastProbe: { at: NOW, ok: false, ms: 3, error: 'refused', certificateEnds: NOW },
    }),
    {
      state: 'down',
      cause: 'refused',
      since: '2026-05-31T00:00:00.000Z',
      held_until: '2026-06-01T00:00:00.000Z',
      last_probe: {
        at: '2026-06-01T00:00:00.000Z',
        ok: false,
        ms: 3,
        error: 'refused',
        certificate_ends: '2026-06-01T00:00:00.000Z',
      },
    },
  );
});

t.test('probes by what tells them apart, with the rate and each warning once', async (t) => {
  const ends = { at: NOW, ok: true, ms: 1, certificateEnds: NOW + 2 * DAY };
  const https = (path: string, rate?: number) => ({
    probe: httpProbe({ type: 'https', path }),
    state: { ...up, lastProbe: { ...ends, ...(rate !== undefined && { rate }) } },
    pending: false,
  });
  const told = reportProbes(
    [{ probe: tcpProbe(), state: up, pending: false }, https('/a'), https('/b', 5)],
    NOW,
  );
  t.match(told.probes, [
    { type: 'tcp', port: 873, warning: undefined },
    { type: 'https', path: '/a', port: 80 },
    { type: 'https', path: '/b' },
  ]);
  t.equal(told.rate, 5);
  t.same(told.warnings, ['certificate ends in 2d (2026-06-03)']);
  t.same(Object.keys(reportProbes([], NOW)), ['probes']);
});

t.test('a result of now, good or bad', async (t) => {
  const check = checkOf('192.0.2.1', httpProbe({ certWarn: DAY }));
  const ok = reportProbed(
    { check, outcome: { ok: true, ms: 4, certificateEnds: NOW + 2 * DAY }, steps: [] },
    NOW,
  );
  t.match(ok, { mirror: 'aurora', address: '192.0.2.1', ok: true, cause: null, ms: 4, steps: [] });
  t.equal(ok.warning, undefined, 'it is longer than cert_warn to then');
  const bad = reportProbed({ check, outcome: { ok: false, ms: 5, error: 'timeout' }, steps: [] }, NOW);
  t.match(bad, { ok: false, cause: 'timeout', path: '/project/trace', port: 80 });
});

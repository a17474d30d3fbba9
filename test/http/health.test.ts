import t from 'tap';
import { healthReply } from '../../src/http/health.js';
import { mirrorReport, NOW, statusReport, zoneReport } from '../report/status-report.js';

t.test('it fails where questions are not answered', async (t) => {
  t.match(healthReply(statusReport({ zones: [] }), NOW), {
    status: 503,
    body: /^failed: no zone is served\n/,
  });
  const silent = healthReply(statusReport({ silent_workers: 1 }), NOW);
  t.match(silent, { status: 503, body: /^failed: a worker does not answer\ncritical: 1 worker thread / });
});

t.test('whatever else is wrong is said, and withdraws nobody', async (t) => {
  t.match(healthReply(statusReport({}), NOW), { status: 200, body: 'ok: 1 zone\n' });
  const zone = zoneReport([mirrorReport({ state: 'down' })], { panic: { ipv4: true, ipv6: false } });
  const empty = { zones: [zoneReport([mirrorReport({ enabled: false })])] };
  t.match(healthReply(statusReport(empty), NOW), {
    status: 200,
    body: /^ok: 1 zone\ncritical: EMPTY: dl\.example\.org \(ipv4\)/,
  });
  const refused = [{ file: 'zones/y.yaml', error: 'x', zone: 'y.example' }];
  const { status, body } = healthReply(statusReport({ zones: [{ ...zone, error: 'x' }], refused }), NOW);
  t.equal(status, 200);
  t.match(body.split('\n'), [
    /^ok: /,
    /^critical: .*y\.example/,
    /^critical: PANIC/,
    /^warning: .*copy/,
    /^warning: aurora/,
  ]);
});

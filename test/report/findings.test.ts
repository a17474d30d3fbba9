import t from 'tap';
import type { MirrorReport } from '../../src/control/mirror-report.js';
import type { StatusReport } from '../../src/control/status-report.js';
import { DEFAULT_LIMITS, findingsOf, type Limits } from '../../src/report/findings.js';
import { mirrorReport, NOW, statusReport, zoneReport } from './status-report.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function find(changes: Partial<StatusReport>, limits: Partial<Limits> = {}): string[] {
  return findingsOf(statusReport(changes), NOW, { ...DEFAULT_LIMITS, ...limits }).map(
    ({ severity, kind, text }) => `${severity} ${kind}: ${text}`,
  );
}

function findIn(mirror: Partial<MirrorReport>, limits: Partial<Limits> = {}): string[] {
  return find({ zones: [zoneReport([mirrorReport(mirror)])] }, limits);
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}

t.test('of a server of which all is well there is nothing to say', async (t) => {
  t.same(find({}), []);
});

t.test(
  'a zone that is not served is critical, and comes first; one from its copy is a warning',
  async (t) => {
    const stale = {
      ...zoneReport([mirrorReport({ state: 'down', cause: 'connection refused' })]),
      error: 'x',
    };
    const refused = [{ file: 'zones/y.yaml', error: 'x', zone: 'y.example' }];
    t.same(find({ zones: [stale], refused }), [
      'critical zone: zones/y.yaml is wrong, y.example and all names below it answer SERVFAIL',
      'warning zone: dl.example.org: zones/dl.example.org.yaml is wrong, its last good copy is served',
      'warning mirror: aurora (192.0.2.10) of dl.example.org is down for 1d: connection refused',
    ]);
  },
);

t.test('a file of nobody knows which zone, or of one that another file has, is a warning', async (t) => {
  t.match(find({ refused: [{ file: 'zones/y.yaml', error: 'x' }] }), [/^warning zone: zones\/y\.yaml/]);
});

t.test('panic is critical, frozen verdicts are a warning, each by family', async (t) => {
  const pool = { panic: { ipv4: false, ipv6: true }, frozen: { ipv4: true, ipv6: false } };
  t.match(find({ zones: [zoneReport([], pool)] }), [
    /^critical panic: PANIC: dl\.example\.org \(ipv6\)/,
    /^warning frozen: FROZEN: dl\.example\.org \(ipv4\)/,
  ]);
});

t.test('a mirror that is down is missed, unless an operator has his say over it', async (t) => {
  t.match(findIn({ state: 'down' }), [/^warning mirror: aurora .* no cause known$/]);
  t.same(findIn({ state: 'down', enabled: false, weight: 0 }), []);
  const until = rfc3339(NOW + DAY);
  for (const state of ['up', 'down'] as const) {
    t.same(findIn({ state: 'down', enabled: state === 'up', override: { state, since: '', until } }), []);
  }
  t.same(findIn({ state: 'unknown' }), []);
});

t.test('a mirror may be down for so long', async (t) => {
  const since = rfc3339(NOW - HOUR);
  t.same(findIn({ state: 'down', since }, { downFor: HOUR + 1 }), []);
  t.match(findIn({ state: 'down', since }, { downFor: HOUR }), [/is down for 1h:/]);
});

t.test(
  'an override that has no end, or is about to end, is told once for all of its addresses',
  async (t) => {
    const mirrors = (until?: number) =>
      ['192.0.2.10', '192.0.2.11'].map((address) =>
        mirrorReport({
          address,
          enabled: false,
          override: { state: 'down', since: '', ...(until !== undefined && { until: rfc3339(until) }) },
        }),
      );
    t.same(find({ zones: [zoneReport(mirrors())] }), [
      'warning override: dl.example.org/aurora is disabled without an end',
    ]);
    t.same(find({ zones: [zoneReport(mirrors(NOW + HOUR + 1))] }), []);
    t.same(find({ zones: [zoneReport(mirrors(NOW + 600_000))] }), [
      'warning override: dl.example.org/aurora is disabled for only 10m more',
    ]);
  },
);

t.test('certificates: as the probes warn, or by a limit over all of them', async (t) => {
  const last_probe = { at: '', ok: true, ms: 1, certificate_ends: rfc3339(NOW + 20 * DAY) };
  const mirror: Partial<MirrorReport> = {
    probes: [
      { type: 'http', state: 'up', since: '' },
      { type: 'https', state: 'up', since: '', last_probe },
    ],
  };
  t.same(findIn(mirror), []);
  t.match(findIn({ ...mirror, warnings: ['certificate ends in 20d (2026-01-22)'] }), [
    /^warning certificate: aurora .*: certificate ends in 20d \(2026-01-22\)$/,
  ]);
  t.same(findIn({ ...mirror, warnings: ['x'] }, { certificates: 19 * DAY }), []);
  t.match(findIn(mirror, { certificates: 20 * DAY }), [/: certificate ends in 20d$/]);
});

t.test('databases grow old, but for the embedded one; one that can not be used is told', async (t) => {
  const geo = [{ type: 'X', source: 'updated' as const, build_epoch: (NOW - 31 * DAY) / 1000, path: 'x' }];
  t.same(find({ geo }), ['warning database: the database X is 31d old']);
  t.same(find({ geo }, { databaseAge: 31 * DAY }), []);
  t.same(find({ geo: [{ type: 'X', source: 'embedded', build_epoch: 0, path: 'x' }] }), []);
  t.match(find({ geo_problems: ['x.mmdb is damaged'] }), [/^warning database: .*x\.mmdb is damaged$/]);
});

t.test('what is wrong with the server itself', async (t) => {
  t.match(
    find({
      reload_error: 'no file',
      state_problems: ['x is damaged'],
      notifications: [
        { channel: 'exec', sent: 0, failed: 1, dropped: 0, waiting: 0, last_error: 'ended with 1' },
      ],
      hostnames: [{ hostname: 'a.example', addresses: [], error: 'a.example: SERVFAIL' }],
    }),
    [
      /^warning reload: RELOAD FAILED: no file$/,
      /^warning state: STATE: x is damaged$/,
      /^warning notify: nobody is told by exec: ended with 1$/,
      /^warning hostname: UNRESOLVED: a\.example: SERVFAIL/,
    ],
  );
});

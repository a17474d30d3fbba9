import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { FAMILIES } from '../../src/http/families.js';
import { createMetrics } from '../../src/http/metrics.js';
import { kindOfCause } from '../../src/http/pool-families.js';
import { mirrorReport, NOW, statusReport, zoneReport } from '../report/status-report.js';

const NO_PROMTOOL =
  spawnSync('promtool', ['--version']).error === undefined ? false : 'apt-get install prometheus';

/** A server of which everything is to be told. */
function fullReport() {
  const last_probe = {
    at: '2026-01-01T00:00:00.000Z',
    ok: false,
    ms: 12,
    certificate_ends: '2026-02-01T00:00:00Z',
  };
  const report = statusReport({
    zones: [
      zoneReport([
        mirrorReport({
          state: 'down',
          cause: '"odd" \\ words, 503 Service Unavailable\nafter 7.25 s',
          last_probe,
          rate: 1000,
          probes: [{ type: 'https', state: 'down', since: '', last_probe }],
          override: { state: 'down', since: '', until: '2026-01-03T00:00:00Z' },
        }),
        mirrorReport({ name: 'boreas', address: '2001:db8::1', family: 'ipv6', state: 'unknown' }),
      ]),
    ],
    notifications: [{ channel: 'exec', sent: 1, failed: 2, dropped: 0, waiting: 0 }],
  });
  const counters = {
    ...report.counters,
    rcodes: { NOERROR: 5 },
    rate_limited: { ...report.counters.rate_limited, networks: { 'ipv4/24': 3 } },
    pools: [
      {
        zone: 'dl.example.org',
        name: 'dl.example.org',
        family: 'ipv4' as const,
        answers: 5,
        catchments: [5],
        addresses: [4],
      },
    ],
  };
  const shares = [
    {
      zone: 'dl.example.org',
      pool: 'dl.example.org',
      family: 'ipv4' as const,
      mirror: 'aurora',
      share: 0.25,
    },
  ];
  return { status: { ...report, counters }, shares, memory: 1e8, cpuSeconds: 1.5 };
}

async function render(accept = '') {
  const metrics = createMetrics();
  metrics.delayed(0.003);
  return metrics.render(fullReport(), accept);
}

t.test('every family has samples, and promtool has nothing to say', { skip: NO_PROMTOOL }, async (t) => {
  const { body, type } = await render();
  t.match(type, /^text\/plain; version=0\.0\.4/);
  for (const { name } of FAMILIES) t.match(body, new RegExp(`^${name}[ {]`, 'm'), name);
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: body,
    encoding: 'utf8',
  });
  t.equal(status, 0);
  t.equal(stdout + stderr, '');
});

t.test('numbers are those of the report, under the labels that dashboards rely on', async (t) => {
  const { body } = await render();
  const mirror =
    'zone="dl.example.org",pool="dl.example.org",mirror="aurora",family="ipv4",address="192.0.2.10"';
  for (const line of [
    `geopool_answers_total{${mirror}} 4`,
    `geopool_mirror_up{${mirror}} 0`,
    `geopool_probe_duration_seconds{${mirror}} 0.012`,
    `geopool_probe_success{${mirror}} 0`,
    `geopool_certificate_end_timestamp_seconds{${mirror}} ${Date.UTC(2026, 1, 1) / 1000}`,
    `geopool_override_end_timestamp_seconds{zone="dl.example.org",mirror="aurora",state="down"} ${Date.UTC(2026, 0, 3) / 1000}`,
    `geopool_database_build_timestamp_seconds{type="GeoLite2-City",source="configured"} ${NOW / 1000 - 86_400}`,
    'geopool_responses_total{rcode="NOERROR"} 5',
    'geopool_pool_panic{zone="dl.example.org",pool="dl.example.org",family="ipv6"} 0',
    'geopool_event_loop_delay_seconds_count 1',
  ]) {
    t.ok(body.split('\n').includes(line), line);
  }
});

t.test('OpenMetrics, for those who ask for it', async (t) => {
  const { body, type } = await render('application/openmetrics-text;version=1.0.0,text/plain;q=0.5');
  t.match(type, /^application\/openmetrics-text/);
  t.match(body, /^# TYPE geopool_queries counter$/m);
  t.match(body, /^geopool_queries_total\{/m);
  t.ok(body.endsWith('\n# EOF\n'));
});

t.test('a cause has no number that would make it another one with each probe', async (t) => {
  const kinds: Readonly<Record<string, string>> = {
    'no answer within 5 s (connecting)': 'no answer within N s (connecting)',
    '503 Service Unavailable, expected 200 or 206': '503 Service Unavailable, expected N or N',
    'certificate has expired (2026-01-01)': 'certificate has expired (N)',
    'connection refused': 'connection refused',
    'http /v2/x: 404 Not Found': 'http /v2/x: 404 Not Found',
  };
  for (const [cause, kind] of Object.entries(kinds)) t.equal(kindOfCause(cause), kind);
  t.equal(kindOfCause('x'.repeat(500)).length, 120);
});

t.test('docs/metrics.md has every metric, and no other', async (t) => {
  const rows = readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `([a-z_]+)(?:\{[^}]*\})?` \|/gm);
  const named = [...rows].map(([, name]) => name);
  t.same(named.sort(), [...FAMILIES.map(({ name }) => name), 'geopool_event_loop_delay_seconds'].sort());
});

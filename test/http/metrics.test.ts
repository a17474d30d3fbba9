import { spawnSync } from 'node:child_process';
import t from 'tap';
import { METRIC_FAMILIES } from '../../src/http/families.js';
import { createMetrics } from '../../src/http/metrics.js';
import { FLEET, mirrorReport, NOW, statusReport, zoneReport } from '../report/status-report.js';

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
    clock: { ahead_seconds: -7200, mirrors: 3, wrong: true },
    tls: { certificate: 'tls.crt', begins: '2026-01-01T00:00:00Z', ends: '2026-02-01T00:00:00Z' },
    zones: [
      {
        ...zoneReport([]),
        zone: 'signed.example',
        signed_until: '2026-01-10T00:00:00Z',
        keys: {
          ...{ signing: 1, next: 2, retired: [3], withdrawn: false },
          ...{ next_change: '2026-01-03T00:00:00Z', error: 'x' },
          parent_due: { next: 2, old: 1, until: '2026-01-04T00:00:00Z', removed: '2026-01-05T00:00:00Z' },
        },
      },
      zoneReport([
        mirrorReport({
          state: 'down',
          cause: '"odd" \\ words, 503 Service Unavailable\nafter 7.25 s',
          last_probe,
          rate: 1000,
          self_weight: { part: 0.4, at: '2026-01-01T00:00:00.000Z' },
          world_share: { limit: 0.25, expected: 0.25, factor: 0.6 },
          probes: [{ type: 'https', state: 'down', since: '', last_probe }],
          enabled: false,
          override: { state: 'down', since: '', until: '2026-01-03T00:00:00Z' },
          fleet: {
            verdict: 'down',
            members: [{ member: 'a', state: 'down' }, { member: 'b' }, { member: 'c', state: 'down' }],
          },
        }),
        mirrorReport({ name: 'boreas', address: '2001:db8::1', family: 'ipv6', state: 'unknown' }),
      ]),
    ],
    notifications: [{ channel: 'exec', sent: 1, failed: 2, dropped: 0, waiting: 0 }],
    unsigned: [{ zone: 'a.example', since: '', until: '' }],
    fleet: FLEET,
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
        chosen: 2,
        refused: 4,
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

t.test('the keys of a signed zone', async (t) => {
  const { body } = await render();
  t.same(body.match(/^geopool_zone(_key|_parent|s_unsigned).*$/gm), [
    'geopool_zone_keys{zone="signed.example",state="signing",tag="1"} 1',
    'geopool_zone_keys{zone="signed.example",state="published",tag="2"} 1',
    'geopool_zone_keys{zone="signed.example",state="retired",tag="3"} 1',
    'geopool_zone_keys_stale{zone="signed.example"} 1',
    'geopool_zones_unsigned_early 1',
    `geopool_zone_parent_due_timestamp_seconds{zone="signed.example"} ${Date.UTC(2026, 0, 4) / 1000}`,
    `geopool_zone_key_change_timestamp_seconds{zone="signed.example"} ${Date.UTC(2026, 0, 3) / 1000}`,
  ]);
});

t.test('every family has samples, and promtool has nothing to say', { skip: NO_PROMTOOL }, async (t) => {
  const { body, type } = await render();
  t.match(type, /^text\/plain; version=0\.0\.4/);
  for (const { name } of METRIC_FAMILIES) t.match(body, new RegExp(`^${name}[ {]`, 'm'), name);
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
    'geopool_clock_ahead_seconds -7200',
    'geopool_responses_total{rcode="NOERROR"} 5',
    'geopool_pool_panic{zone="dl.example.org",pool="dl.example.org",family="ipv6"} 0',
    'geopool_pool_empty{zone="dl.example.org",pool="dl.example.org",family="ipv4"} 1',
    'geopool_pool_empty{zone="dl.example.org",pool="dl.example.org",family="ipv6"} 0',
    'geopool_event_loop_delay_seconds_count 1',
    `geopool_mirror_members{${mirror},sees="down"} 2`,
    `geopool_mirror_members{${mirror},sees="up"} 0`,
    'geopool_fleet_member_heard{member="ns2.example.net"} 0',
    `geopool_fleet_member_heard_timestamp_seconds{member="ns2.example.net"} ${Date.UTC(2026, 0, 1, 23) / 1000}`,
    'geopool_fleet_member_disagreements{member="ns2.example.net"} 2',
    'geopool_fleet_member_abstentions{member="ns2.example.net"} 1',
    'geopool_fleet_member_differs{member="ns2.example.net",what="zones"} 1',
    'geopool_fleet_member_differs{member="ns2.example.net",what="databases"} 0',
    'geopool_fleet_server_usable{server="2"} 0',
    'geopool_fleet_server_failures_total{server="2"} 7',
    'geopool_fleet_withheld{what="overrides"} 1',
  ]) {
    t.ok(body.split('\n').includes(line), line);
  }
});

t.test('a server that is in no fleet has nothing to say of one', async (t) => {
  const metrics = createMetrics();
  const { body } = await metrics.render({ ...fullReport(), status: statusReport({}) }, '');
  t.notMatch(body, /fleet|geopool_mirror_members/);
});

t.test('OpenMetrics, for those who ask for it', async (t) => {
  const { body, type } = await render('application/openmetrics-text;version=1.0.0,text/plain;q=0.5');
  t.match(type, /^application\/openmetrics-text/);
  t.match(body, /^# TYPE geopool_queries counter$/m);
  t.match(body, /^geopool_queries_total\{/m);
  t.ok(body.endsWith('\n# EOF\n'));
});

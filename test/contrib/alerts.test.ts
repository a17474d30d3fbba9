/**
 * The alert rules, by Prometheus' own tool: each fires where it should and is quiet where it should be, and asks for metrics
 * that there are.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import * as z from 'zod';
import { SIGNATURES_MS } from '../../src/report/signing-findings.js';
import { unknownMetrics } from './known-metrics.js';

const RULES = resolve('contrib/prometheus/alerts.yaml');
const SKIP = spawnSync('promtool', ['--version']).error === undefined ? false : 'apt-get install prometheus';

const schema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          labels: z.object({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.object({ summary: z.string() }),
        }),
      ),
    }),
  ),
});
const rules = schema.parse(parse(readFileSync(RULES, 'utf8'))).groups.flatMap((group) => group.rules);

interface Case {
  readonly alert: string;
  /** Series and their values, a minute apart. */
  readonly fires: Readonly<Record<string, string>>;
  readonly quiet: Readonly<Record<string, string>>;
  /** Of the alert, its severity aside. */
  readonly labels: Readonly<Record<string, string>>;
  readonly at?: string;
}

const AT = { instance: 'ns1:5380', job: 'geopool' };
const POOL = { ...AT, zone: 'dl.example.org', pool: 'dl.example.org', family: 'ipv4' };
const MIRROR = { ...POOL, mirror: 'aurora', address: '192.0.2.10' };
const HELD = { ...MIRROR, mirror: 'boreas', address: '192.0.2.20' };
const OVERRIDE = { ...AT, zone: 'dl.example.org', mirror: 'aurora', state: 'down' };

const DIFFERING = { ...AT, member: 'ns2', what: 'zones' };

function series(name: string, labels: Readonly<Record<string, string>> = AT): string {
  const list = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `${name}{${list.join(', ')}}`;
}

/** A rule on one series that is at a value. */
function level(
  alert: string,
  name: string,
  bad: number,
  good: number,
  labels: Case['labels'] = AT,
  at = '20m',
): Case {
  const made = series(name, labels);
  return { alert, labels, at, fires: { [made]: `${bad}x2000` }, quiet: { [made]: `${good}x2000` } };
}

/** A rule on what signatures have left, from so many milliseconds on, as `monitor` has it. */
function expiry(alert: string, ms: number): Case {
  const name = 'geopool_zone_signatures_expire_timestamp_seconds';
  // At 70 minutes a little less than that is left, or a little more.
  return level(alert, name, ms / 1000, ms / 1000 + 4500, { ...AT, zone: 'dl.example.org' }, '70m');
}

/** A rule on a counter. */
function counter(alert: string, name: string, labels: Case['labels'] = AT): Case {
  const made = series(name, labels);
  return { alert, labels, at: '30m', fires: { [made]: '0+1x2000' }, quiet: { [made]: '7x2000' } };
}

const DAY = 86_400;
const PARENT_DUE = 'geopool_zone_parent_due_timestamp_seconds';
const SIGNING = { zone: 'dl.example.org', state: 'signing' };
const CASES: readonly Case[] = [
  level('GeopoolUnreachable', 'up', 0, 1),
  level('GeopoolWorkerSilent', 'geopool_workers_silent', 1, 0),
  level('GeopoolZoneFileRefused', 'geopool_zone_files_refused', 1, 0),
  level('GeopoolClockWrong', 'geopool_clock_ahead_seconds', -3700, 3500),
  expiry('GeopoolSignaturesExpire', SIGNATURES_MS.critical),
  level('GeopoolParentLate', PARENT_DUE, 600, 1300, { ...AT, zone: 'dl.example.org' }),
  level('GeopoolUnsignedEarly', 'geopool_zones_unsigned_early', 1, 0),
  level('GeopoolPanic', 'geopool_pool_panic', 1, 0, POOL),
  level('GeopoolPoolEmpty', 'geopool_pool_empty', 1, 0, POOL),
  level('GeopoolZoneStale', 'geopool_zone_stale', 1, 0, { ...AT, zone: 'dl.example.org' }),
  level('GeopoolZoneKeysStale', 'geopool_zone_keys_stale', 1, 0, { ...AT, zone: 'dl.example.org' }),
  expiry('GeopoolSignaturesNotRenewed', SIGNATURES_MS.warning),
  {
    alert: 'GeopoolParentDue',
    labels: { ...AT, zone: 'dl.example.org' },
    fires: { [series(PARENT_DUE, { ...AT, zone: 'dl.example.org' })]: '9000x60' },
    quiet: { [series('geopool_zone_keys', { ...AT, ...SIGNING, tag: '1' })]: '1x60' },
  },
  {
    alert: 'GeopoolKeysDiffer',
    labels: { zone: 'dl.example.org' },
    at: '40m',
    fires: {
      [series('geopool_zone_keys', { ...AT, ...SIGNING, tag: '1' })]: '1x60',
      [series('geopool_zone_keys', { ...AT, ...SIGNING, instance: 'ns2:5380', tag: '2' })]: '1x60',
    },
    quiet: {
      [series('geopool_zone_keys', { ...AT, ...SIGNING, tag: '1' })]: '1x60',
      [series('geopool_zone_keys', { ...AT, ...SIGNING, instance: 'ns2:5380', tag: '1' })]: '1x60',
      [series('geopool_zone_keys', { ...AT, ...SIGNING, state: 'published', tag: '2' })]: '1x60',
    },
  },
  {
    alert: 'GeopoolSerialsDiffer',
    labels: { zone: 'dl.example.org' },
    at: '40m',
    fires: {
      [series('geopool_zone_serial', { ...AT, zone: 'dl.example.org' })]: '1x60',
      [series('geopool_zone_serial', { ...AT, instance: 'ns2:5380', zone: 'dl.example.org' })]: '2x60',
    },
    quiet: {
      [series('geopool_zone_serial', { ...AT, zone: 'dl.example.org' })]: '2x60',
      [series('geopool_zone_serial', { ...AT, instance: 'ns2:5380', zone: 'dl.example.org' })]: '2x60',
    },
  },
  level('GeopoolReloadFailed', 'geopool_last_reload_successful', 0, 1),
  {
    alert: 'GeopoolMirrorDown',
    labels: MIRROR,
    fires: {
      [series('geopool_mirror_up', MIRROR)]: '0x60',
      [series('geopool_mirror_enabled', MIRROR)]: '1x60',
    },
    quiet: {
      [series('geopool_mirror_up', MIRROR)]: '0x60',
      [series('geopool_mirror_enabled', MIRROR)]: '0x60',
      // An operator holds it up, whatever its probes say.
      [series('geopool_mirror_up', HELD)]: '0x60',
      [series('geopool_mirror_enabled', HELD)]: '1x60',
      [series('geopool_override_info', { ...OVERRIDE, mirror: 'boreas', state: 'up' })]: '1x60',
    },
  },
  level('GeopoolFleetMemberSilent', 'geopool_fleet_member_heard', 0, 1, { ...AT, member: 'ns2' }),
  level('GeopoolFleetServerAway', 'geopool_fleet_server_usable', 0, 1, { ...AT, server: '1' }),
  level('GeopoolFleetDiffers', 'geopool_fleet_member_differs', 1, 0, DIFFERING, '40m'),
  level('GeopoolFrozen', 'geopool_pool_frozen', 1, 0, POOL),
  level(
    'GeopoolCertificateEnds',
    'geopool_certificate_end_timestamp_seconds',
    10 * DAY,
    20 * DAY,
    MIRROR,
    '70m',
  ),
  level(
    'GeopoolTlsCertificateEnds',
    'geopool_tls_certificate_end_timestamp_seconds',
    10 * DAY,
    20 * DAY,
    AT,
    '70m',
  ),
  level('GeopoolTlsCertificateWrong', 'geopool_tls_certificate_wrong', 1, 0),
  level(
    'GeopoolDatabaseOld',
    'geopool_database_build_timestamp_seconds',
    -31 * DAY,
    -20 * DAY,
    { ...AT, type: 'GeoLite2-City', source: 'updated' },
    '70m',
  ),
  level('GeopoolDatabaseUnusable', 'geopool_databases_passed_over', 1, 0),
  {
    alert: 'GeopoolOverrideWithoutEnd',
    labels: OVERRIDE,
    at: '25h',
    fires: { [series('geopool_override_info', OVERRIDE)]: '1x2000' },
    quiet: {
      [series('geopool_override_info', OVERRIDE)]: '1x2000',
      [series('geopool_override_end_timestamp_seconds', OVERRIDE)]: `${30 * DAY}x2000`,
    },
  },
  level('GeopoolOverrideEnds', 'geopool_override_end_timestamp_seconds', 4000, 8000, OVERRIDE),
  counter('GeopoolWorkerDied', 'geopool_worker_restarts_total'),
  counter('GeopoolStateNotWritten', 'geopool_state_write_failures_total'),
  counter('GeopoolNotificationsFail', 'geopool_notifications_total', {
    ...AT,
    channel: 'webhook',
    outcome: 'failed',
  }),
  {
    alert: 'GeopoolLimits',
    labels: { instance: 'ns1:5380' },
    at: '40m',
    fires: {
      [series('geopool_rate_limited_total', { ...AT, action: 'dropped' })]: '0+10x60',
      [series('geopool_queries_total', { ...AT, transport: 'udp', family: 'ipv4' })]: '0+100x60',
    },
    quiet: {
      [series('geopool_rate_limited_total', { ...AT, action: 'dropped' })]: '0+4x60',
      [series('geopool_rate_limited_total', { ...AT, action: 'dry_run' })]: '0+50x60',
      [series('geopool_queries_total', { ...AT, transport: 'udp', family: 'ipv4' })]: '0+100x60',
    },
  },
  {
    alert: 'GeopoolMainThreadLate',
    labels: AT,
    at: '40m',
    fires: {
      [series('geopool_event_loop_delay_seconds_count')]: '0+60x60',
      [series('geopool_event_loop_delay_seconds_bucket', { ...AT, le: '0.5' })]: '0+59x60',
    },
    quiet: {
      [series('geopool_event_loop_delay_seconds_count')]: '0+60x60',
      [series('geopool_event_loop_delay_seconds_bucket', { ...AT, le: '0.5' })]: '0+60x60',
    },
  },
];

function summaryFor(alert: string, labels: Case['labels']): string {
  const { annotations } = rules.find((rule) => rule.alert === alert) ?? { annotations: { summary: '' } };
  return annotations.summary.replaceAll(
    /\{\{ \$labels\.(\w+) \}\}/g,
    (_, label: string) => labels[label] ?? '?',
  );
}

t.test('each rule fires where it should, and is quiet where it should be', { skip: SKIP }, async (t) => {
  t.same(
    CASES.map(({ alert }) => alert),
    rules.map(({ alert }) => alert),
    'there is a case for each',
  );
  const tests = CASES.flatMap(({ alert, fires, quiet, labels, at = '20m' }) => {
    const { severity = '' } = rules.find((rule) => rule.alert === alert)?.labels ?? {};
    const summary = summaryFor(alert, labels);
    t.notMatch(summary, /[?{}]\s/, `${alert} names only what it knows`);
    const expected = [{ exp_labels: { ...labels, severity }, exp_annotations: { summary } }];
    const given = (values: Case['fires']) =>
      Object.entries(values).map(([name, list]) => ({ series: name, values: list }));
    return [
      {
        name: `${alert} fires`,
        interval: '1m',
        input_series: given(fires),
        alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: expected }],
      },
      {
        name: `${alert} is quiet`,
        interval: '1m',
        input_series: given(quiet),
        alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: [] }],
      },
    ];
  });
  const file = join(t.testdir(), 'alerts.test.json');
  writeFileSync(file, JSON.stringify({ rule_files: [RULES], evaluation_interval: '1m', tests }));
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
  t.equal(status, 0, stdout + stderr);
});

t.test('promtool has nothing to say against the rules', { skip: SKIP }, async (t) => {
  const { status, stderr } = spawnSync('promtool', ['check', 'rules', RULES], { encoding: 'utf8' });
  t.equal(status, 0);
  t.equal(stderr, '');
});

t.test('rules ask for metrics that there are', async (t) => {
  t.same(
    unknownMetrics(rules.map(({ expr }) => expr)).filter((name) => name !== 'up'),
    [],
  );
});

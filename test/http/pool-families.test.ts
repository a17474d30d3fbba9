/** Numbers of pools and mirrors, each under labels of its own. */
import t from 'tap';
import type { MetricFacts } from '../../src/http/families.js';
import { kindOfCause, POOL_FAMILIES } from '../../src/http/pool-families.js';
import { mirrorReport, statusReport, zoneReport } from '../report/status-report.js';

/** The samples of a metric of a pool of these mirrors, each as its mirror and its value. */
function samplesOf(name: string, status: MetricFacts['status']): (readonly [string | undefined, number])[] {
  const family = POOL_FAMILIES.find((each) => each.name === name);
  const samples = family?.samples({ status, shares: [], memory: 0, cpuSeconds: 0 });
  if (samples === undefined || typeof samples === 'number') throw new Error(`${name} has samples`);
  return samples.map(([labels, value]) => [labels.mirror, value]);
}
const poolOf = (...mirrors: Parameters<typeof mirrorReport>[0][]) =>
  statusReport({ zones: [zoneReport(mirrors.map(mirrorReport))] });

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

t.test('answers are those of the address that they were counted for', async (t) => {
  const status = poolOf(
    { name: 'a' },
    { name: 'off', weight: 0 },
    { name: 'six', family: 'ipv6' },
    { name: 'b' },
  );
  const counted = {
    zone: 'dl.example.org',
    name: 'dl.example.org',
    family: 'ipv4' as const,
    answers: 3,
    refused: 1,
    catchments: [3],
    addresses: [1, 2],
  };
  const counters = { ...status.counters, pools: [counted] };
  t.same(samplesOf('geopool_answers_total', { ...status, counters }), [
    ['a', 1],
    ['b', 2],
  ]);
});

t.test('the certificate that ends first counts, and none where there is none', async (t) => {
  const probe = (certificate_ends?: string) => ({
    type: 'https',
    state: 'up' as const,
    since: '',
    last_probe: { at: '', ok: true, ms: 1, ...(certificate_ends !== undefined && { certificate_ends }) },
  });
  const probes = [probe('2026-03-01T00:00:00Z'), probe(), probe('2026-02-01T00:00:00Z')];
  const status = poolOf({ name: 'a', probes }, { name: 'b', probes: [probe()] });
  t.same(samplesOf('geopool_certificate_end_timestamp_seconds', status), [
    ['a', Date.UTC(2026, 1, 1) / 1000],
  ]);
});

t.test('an override is that of a mirror, however many addresses and pools it has', async (t) => {
  const override = { state: 'down', since: '' } as const;
  const status = poolOf({ override }, { address: '192.0.2.11', override }, { name: 'b' });
  t.same(samplesOf('geopool_override_info', status), [['aurora', 1]]);
  t.same(samplesOf('geopool_override_end_timestamp_seconds', status), [], 'it has no end');
});

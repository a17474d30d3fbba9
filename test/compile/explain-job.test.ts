/** Explanations with what the databases and the map say of the client. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type ExplainJob, runExplainJob } from '../../src/compile/explain-job.js';
import type { GeoSources } from '../../src/geo/geo-sources.js';
import { parsePrefix } from '../../src/ip/prefix.js';
import { writeMmdb } from '../mmdb-writer.js';
import { soundZone } from '../zone/zone-text.js';

const ZONE = soundZone(`
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { answers: 1, near_km: 0 }, four: { mirrors: [a] } }
mirrors:
  a: { addresses: [192.0.2.1], asn: [64500] }
  b: { addresses: [192.0.2.2, "2001:db8::2"] }
`);

function sources(t: Test): GeoSources {
  const directory = t.testdir({});
  const city = join(directory, 'city.mmdb');
  writeFileSync(
    city,
    writeMmdb({
      type: 'Test-City',
      entries: {
        '11.0.0.0/8': { country_code: 'DE', latitude: 52.4, longitude: 13.2 },
        '12.0.0.0/8': { country_code: 'US', latitude: 41.9, longitude: -87.6 },
      },
    }),
  );
  const asn = join(directory, 'asn.mmdb');
  writeFileSync(
    asn,
    writeMmdb({ type: 'Test-ASN', entries: { '12.9.0.0/16': { autonomous_system_number: 64_500 } } }),
  );
  return {
    location: { path: city, source: 'configured' },
    asn: { path: asn, source: 'configured' },
    problems: [],
    passedOver: [],
  };
}

function job(t: Test, more: Partial<ExplainJob> = {}): ExplainJob {
  return {
    zone: ZONE,
    owner: 'dl.example.org',
    family: 'ipv4',
    from: '11.1.2.3',
    places: [
      { country: 'DE', point: { latitude: 52.5, longitude: 13.4 } },
      { country: 'US', point: { latitude: 41.9, longitude: -87.6 } },
    ],
    sources: sources(t),
    grid: false,
    panic: false,
    epoch: 1,
    health: [{ state: 'up' }, { state: 'up' }],
    ...more,
  };
}

t.test('a client by its place', async (t) => {
  const { client, candidates, panic } = runExplainJob(job(t));
  t.same(client, { ip: '11.1.2.3', country: 'DE', latitude: 52.4, longitude: 13.2, scope: 8 });
  t.same(
    candidates.map(({ mirror, probability }) => [mirror, probability]),
    [
      ['a', 1],
      ['b', 0],
    ],
  );
  t.equal(panic, false);
});

t.test('a client by its AS', async (t) => {
  const { client, candidates } = runExplainJob(job(t, { from: '12.9.1.1' }));
  t.equal(client.asn, 64_500);
  t.equal(client.scope, 16);
  t.same([candidates[0]?.mirror, candidates[0]?.tier], ['a', 'asn']);
  t.equal(runExplainJob(job(t, { from: '12.8.1.1' })).candidates[0]?.mirror, 'b');
});

t.test('a special-purpose client is nowhere, and as a client subnet its resolver counts', async (t) => {
  const asDatabasesHaveIt = sources(t);
  const { location, asn } = asDatabasesHaveIt;
  writeFileSync(
    location.path,
    writeMmdb({
      type: 'Test-City',
      entries: { '10.0.0.0/8': { country_code: 'AU' }, '11.0.0.0/8': { country_code: 'DE' } },
    }),
  );
  writeFileSync(
    asn?.path ?? '',
    writeMmdb({ type: 'Test-ASN', entries: { '10.0.0.0/8': { autonomous_system_number: 64_500 } } }),
  );
  const { client, candidates } = runExplainJob(job(t, { sources: asDatabasesHaveIt, from: '10.1.2.3' }));
  t.same(client, { ip: '10.1.2.3', scope: 8, special_purpose: '10.0.0.0/8' });
  t.same(
    candidates.map(({ band, probability }) => [band, probability]),
    [
      [1, 0.5],
      [1, 0.5],
    ],
  );
  const mapped = runExplainJob(job(t, { sources: asDatabasesHaveIt, from: '::ffff:10.1.2.3' }));
  t.same(mapped.client, { ip: '::ffff:10.1.2.3', scope: 104, special_purpose: '10.0.0.0/8' });
});

t.test('unless a mirror names its network', async (t) => {
  const [a, ...others] = ZONE.mirrors;
  const named = parsePrefix('10.1.0.0/16');
  if (a === undefined || 'fault' in named) throw new Error('the zone has a mirror');
  const zone = { ...ZONE, mirrors: [{ ...a, networks: [named] }, ...others] };
  const { client, candidates } = runExplainJob(job(t, { zone, from: '10.1.2.3' }));
  t.same(client, { ip: '10.1.2.3', scope: 16 });
  t.match(candidates[0], { mirror: 'a', tier: 'network', probability: 1 });
  t.equal(runExplainJob(job(t, { zone, from: '10.2.2.3' })).client.special_purpose, '10.0.0.0/8');
});

t.test('a client on the grid', async (t) => {
  const { client } = runExplainJob(job(t, { grid: true }));
  t.same([client.latitude, client.longitude], [52.25, 13.25]);
});

t.test('panic of the pool, and health', async (t) => {
  const { panic, excluded, candidates } = runExplainJob(
    job(t, { panic: true, health: [{ state: 'off', reason: 'disabled: by hand' }, { state: 'up' }] }),
  );
  t.equal(panic, true);
  t.same(excluded, [{ mirror: 'a', address: '192.0.2.1', reason: 'disabled: by hand' }]);
  t.equal(candidates[0]?.probability, 1);
});

t.test('a family that the pool has not', async (t) => {
  const { answers, candidates, excluded } = runExplainJob(
    job(t, { owner: 'four.dl.example.org', family: 'ipv6', health: [] }),
  );
  t.same([answers, candidates], [0, []]);
  t.same(excluded, [{ mirror: 'a', address: null, reason: 'has no IPv6 address' }]);
});

t.test('what is refused', async (t) => {
  t.throws(() => runExplainJob(job(t, { from: 'x' })), {
    code: 'REQUEST_REFUSED',
    message: /^x is not an IP/,
  });
  t.throws(() => runExplainJob(job(t, { owner: 'y.example.org' })), {
    code: 'REQUEST_REFUSED',
    message: 'y.example.org is not a pool of dl.example.org',
  });
});

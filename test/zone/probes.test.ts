import t from 'tap';
import type { Probe } from '../../src/zone/probe-forms.js';
import { addressed, pool, probe, testFaults } from './zone-faults.js';
import { fixture, soundZone, zoneText } from './zone-text.js';

t.test("a mirror's probe lies over its pool's", async (t) => {
  const zone = soundZone(fixture('every-key.yaml'));
  const probeOf = (pool: string, mirror: string): Probe | undefined =>
    zone.pools
      .find(({ name }) => name === pool)
      ?.members.find((member) => zone.mirrors[member.mirror]?.name === mirror)?.probes[0];
  const timing = { interval: 60_000, fastInterval: 500, timeout: 10_000, fall: 4, rise: 5 };
  t.same(probeOf('@', 'aurora'), {
    type: 'http',
    port: 8443,
    host: 'check.example.org',
    path: '/trace?x=1',
    method: 'GET',
    expect: [200, 204],
    redirects: 'none',
    verify: true,
    certWarn: 1_209_600_000,
    ...timing,
    interval: 7_200_000,
    rise: 1,
  });
  t.same(probeOf('@', 'boreas'), { type: 'tcp', port: 8443, ...timing }, 'what tcp has no use for is gone');
  t.same(probeOf('EU', '10'), { type: 'none' });
  t.match(probeOf('EU', 'aurora'), { port: 80, host: 'eu.dl.example.org', path: '/', timeout: 5000 });
});

t.test('the port follows the type unless it is set', async (t) => {
  const portOf = (pool: string, mirror: string): unknown => {
    const zone = soundZone(
      zoneText({
        pools: `pools: { "@": { probe: ${pool} } }`,
        mirrors: `mirrors: { a: { addresses: [192.0.2.1], probe: ${mirror} } }`,
      }),
    );
    const probe = zone.pools[0]?.members[0]?.probes[0];
    return probe !== undefined && 'port' in probe ? probe.port : undefined;
  };
  t.equal(portOf('{ type: http }', '{ type: https }'), 443);
  t.equal(portOf('{ type: https }', '{ type: http }'), 80);
  t.equal(portOf('{ type: http, port: 8080 }', '{ type: https }'), 8080);
  t.equal(portOf('{}', '{ type: tcp, port: 873 }'), 873);
  t.equal(portOf('{ type: tcp }', '{ port: 873 }'), 873, 'a pool may leave the port to its mirrors');
});

t.test('default timeouts stay within a short interval', async (t) => {
  const zone = soundZone(zoneText({ pools: 'pools: { "@": { probe: { interval: 1s } } }' }));
  t.match(zone.pools[0]?.members[0]?.probes[0], { interval: 1000, fastInterval: 1000, timeout: 1000 });
});

testFaults('keys that make no probe together', [
  [
    'a timeout above the interval',
    probe('interval: 5s\n      timeout: ⟦6s'),
    /timeout 6s is longer than the interval, 5s/,
  ],
  [
    'a timeout above the default interval',
    probe('timeout: ⟦31s'),
    /timeout 31s is longer than the interval, 30s/,
  ],
  [
    'a fast interval above the interval',
    probe('interval: 5s\n      fast_interval: ⟦6s'),
    /fast_interval 6s is longer/,
  ],
  [
    'an interval below the timeout of the pool',
    { pools: 'pools: { "@": { probe: { timeout: 10s } } }', ...addressed('probe: { interval: ⟦5s }') },
    /timeout 10s is longer than the interval, 5s/,
  ],
  ['tcp without port', probe('type: ⟦tcp'), /a tcp probe needs "port"/],
  ['a sample without a rate', pool('probe: { sample: ⟦1MB }'), /"sample" needs "min_rate" too/],
  ['a mirror with tcp without port', addressed('probe: { type: ⟦tcp }'), /a tcp probe needs "port"/],
]);

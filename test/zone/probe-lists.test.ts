import t from 'tap';
import { addressed, pool, testFaults } from './zone-faults.js';
import { soundZone, zoneText } from './zone-text.js';

/** The types and some key of the probes of mirror "a", with these sections of probes in pool and mirror. */
function laidProbes(pool: string, mirror: string): unknown {
  const zone = soundZone(
    zoneText({
      pools: `pools: { "@": { ${pool} } }`,
      mirrors: `mirrors: { a: { addresses: [192.0.2.1], ${mirror} } }`,
    }),
  );
  return zone.pools[0]?.members[0]?.probes.map((probe) =>
    'path' in probe
      ? `${probe.type} ${probe.port} ${probe.path}`
      : 'port' in probe
        ? `${probe.type} ${probe.port}`
        : probe.type,
  );
}

t.test('a pool may have several probes, and a mirror its own keys over each of them', async (t) => {
  const two = 'probes: [{ path: /a }, { type: https, path: /b }]';
  const three = 'probes: [{ path: /a }, { path: /b }, { type: tcp, port: 873 }]';
  const cases: readonly (readonly [pool: string, mirror: string, probes: readonly string[]])[] = [
    [two, '', ['http 80 /a', 'https 443 /b']],
    ['probes: [{ path: /a }]', 'probe: { port: 8080 }', ['http 8080 /a']],
    // One mapping lies over all of them, or over those of the type that it names.
    [three, 'probe: { path: /c }', ['http 80 /c', 'http 80 /c', 'tcp 873']],
    [three, 'probe: { type: http, port: 8080 }', ['http 8080 /a', 'http 8080 /b', 'tcp 873']],
    [three, 'probe: { type: none }', ['none']],
    [two, 'probe: { type: tcp, port: 80 }', ['tcp 80', 'tcp 80']],
    // A list lies over the pool's, one by one.
    [two, 'probes: [{}, { path: /c }]', ['http 80 /a', 'https 443 /c']],
    [two, 'probes: [{ path: /c }]', ['http 80 /c', 'https 443 /b']],
    [two, 'probes: [{ type: none }]', ['https 443 /b']],
    [two, 'probes: [{ type: none }, { type: none }]', ['none']],
    [two, 'probes: [{}, {}, { type: tcp, port: 873 }]', ['http 80 /a', 'https 443 /b', 'tcp 873']],
    ['answers: 3', 'probes: [{ path: /c }, { path: /d }]', ['http 80 /c', 'http 80 /d']],
  ];
  for (const [pool, mirror, probes] of cases) t.same(laidProbes(pool, mirror), probes, `${pool} ${mirror}`);
});

testFaults('lists that ask nothing, or for two things at once', [
  ['probes beside probe', pool('probe: {}\n    ⟦probes: [{}]'), /write only one of them/],
  ['none beside others', pool('probes: [{ path: / }, ⟦{ type: none }]'), /of type none beside others/],
  ['a wrong key in a list', pool('probes: [{}, { ⟦pth: / }]'), /unknown key "pth"; did you mean "path"/],
  [
    'a fault in one of several',
    pool('probes: [{}, { interval: 5s, timeout: ⟦6s }]'),
    /longer than the interval/,
  ],
  [
    'a timeout of the list of a mirror',
    {
      pools: 'pools: { "@": { probes: [{}, { interval: 5s }] } }',
      ...addressed('probes: [{}, { timeout: ⟦6s }]'),
    },
    /timeout 6s is longer than the interval, 5s/,
  ],
  [
    'one port for different types',
    { pools: 'pools: { "@": { probes: [{}, { type: https }] } }', ...addressed('probe: { port: ⟦8080 }') },
    /that of http and https probes alike: write "type" beside it/,
  ],
]);

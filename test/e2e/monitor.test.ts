/**
 * `monitor` as Icinga runs it, against a real server in which faults occur.
 */
import t from 'tap';
import { startMirror } from './mirrors.js';
import { smallCity } from './places.js';
import { until } from './program.js';
import { makeHome, startServer } from './server.js';

t.test('each code, for what it is for', async (t) => {
  const mirrors = await Promise.all([11, 12, 13].map((last) => startMirror(t, `127.0.0.${last}`)));
  const lines = mirrors.map(
    ({ address, port }, i) => `  m${i}: { addresses: [${address}], probe: { port: ${port} } }`,
  );
  const timing = 'interval: 300ms, fast_interval: 100ms, timeout: 200ms, fall: 1, rise: 1';
  const zone = (name: string) => `zone: ${name}
ns: [ns1.example.net]
pools: { "@": { panic_threshold: 0.5, probe: { path: /trace, ${timing} } } }
mirrors:
${lines.join('\n')}
`;
  const home = await makeHome(t, { zones: { 'z.yaml': zone('dl.example.org') } });
  await home.write('city.mmdb', smallCity(Math.floor(Date.now() / 1000) - 3600));
  const server = await startServer(t, { home });
  const becomes = (code: number, text: RegExp, ...args: string[]) =>
    until(async () => {
      const found = await server.run('monitor', ...args);
      if (found.code !== code || !text.test(found.stdout)) return undefined;
      t.equal(found.stderr, '');
      t.match(found.stdout, /^GEOPOOL [A-Z]+: [^\n|]* \| down=[^\n|]*\n$/, 'one line, with numbers');
      return found;
    }, `${code} ${text}`);

  await becomes(0, /^GEOPOOL OK: 1 zone, 3 of 3 addresses up/);
  await mirrors[0]?.become('refuse');
  await becomes(1, /^GEOPOOL WARNING: .*m0 \(127\.0\.0\.11\) of dl\.example\.org is down/);
  await becomes(0, /^GEOPOOL OK: .*2 of 3/, '--warning', '50%');
  await becomes(
    2,
    /^GEOPOOL CRITICAL: .*1 of 3 addresses of dl\.example\.org \(ipv4\) are down/,
    '--critical',
    '@30:100%',
  );
  await becomes(0, /^GEOPOOL OK/, '--down-for', '1h');
  await mirrors[1]?.become('refuse');
  await becomes(2, /^GEOPOOL CRITICAL: .*PANIC: dl\.example\.org \(ipv4\)/);
  for (const mirror of mirrors) await mirror.become('well');
  await becomes(0, /^GEOPOOL OK/);

  await server.run('disable', 'm1', '--force', '--reason', 'new disks');
  await becomes(1, /dl\.example\.org\/m1 is disabled without an end/);
  await server.run('disable', 'm1', '--force', '--reason', 'new disks', '--until', '2h');
  await becomes(0, /^GEOPOOL OK: 1 zone, 2 of 2 addresses up/);
  await server.run('disable', '*', '--force', '--reason', 'a mistake', '--until', '5h');
  await becomes(
    2,
    /^GEOPOOL CRITICAL: 1 zone, 0 of 0 addresses up; EMPTY: dl\.example\.org \(ipv4\): .* empty_pools=1;;0/,
  );
  await server.log.waitFor('pool-empty');
  await server.run('enable', '*');

  await becomes(1, /the database Test-City is 1h \d+\w old/, '--database-age', '1h');
  await server.write('zones/z.yaml', 'zone: dl.example.org\n');
  await server.run('reload');
  await becomes(1, /dl\.example\.org: zones\/z\.yaml is wrong, its last good copy is served/);
  await server.write('zones/z.yaml', zone('dl.example.org'));
  await server.write('zones/y.yaml', 'zone: y.example\n');
  await server.run('reload');
  await becomes(
    2,
    /^GEOPOOL CRITICAL: .*zones\/y\.yaml is wrong, y\.example and all names below it answer SERVFAIL/,
  );

  t.match(await server.run('monitor', '--warnig', '1'), { code: 3, stdout: /^GEOPOOL UNKNOWN: .*--warnig/ });
  await server.stop();
  t.match(await server.run('monitor'), { code: 3, stdout: /^GEOPOOL UNKNOWN: [^\n]*\n$/, stderr: '' });
});

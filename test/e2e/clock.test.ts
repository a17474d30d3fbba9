/**
 * The clock of the host is set while the server runs: by an hour, a year, ten.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { udpClient } from './dns-client.js';
import { until } from './program.js';
import { makeHome, type Server, startServer } from './server.js';

const MOVED = fileURLToPath(new URL('./moved-clock.js', import.meta.url));
const HOUR = 3_600_000;

/** A server whose clock can be set: by so many milliseconds, away from the right time. */
async function movedServer(
  t: Test,
  zone: string,
): Promise<{ server: Server; set(ms: number): Promise<void> }> {
  const home = await makeHome(t, { zones: { 'z.yaml': zone } });
  const env = { NODE_OPTIONS: `--import=${MOVED}`, CLOCK_SET: join(home.dir, 'clock') };
  const server = await startServer(t, { home, env });
  return {
    server,
    async set(ms) {
      await home.write('clock', String(ms));
      const from = server.log.lines.length;
      process.kill(server.pid, 'SIGUSR2');
      await server.log.waitFor('clock-set', () => true, from);
    },
  };
}

t.test('overrides end by the clock as it is', async (t) => {
  const { server, set } = await movedServer(
    t,
    `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] }, boreas: { addresses: [192.0.2.2] } }
overrides:
  - { mirrors: [boreas], reason: disks, until: "${new Date(Date.now() + HOUR).toISOString()}" }
`,
  );
  const client = await udpClient(t, server);
  const answers = (...wanted: string[]): Promise<true> =>
    until(
      async () => {
        const addresses = await client.addresses({ name: 'dl.example.org' });
        return addresses.toSorted().join() === wanted.join() || undefined;
      },
      `answers with ${wanted.join(' and ')}`,
    );
  const end = new Date(Date.now() + 72 * HOUR).toISOString();
  await server.request('POST', '/disable', JSON.stringify({ mirror: 'aurora', reason: 'x', until: end }));
  await answers();
  await set(2 * HOUR);
  await server.log.waitFor('override-ended', ({ mirror }) => mirror === 'boreas');
  await answers('192.0.2.2');
  await set(72 * HOUR);
  await server.log.waitFor('override-ended', ({ mirror }) => mirror === 'aurora');
  await answers('192.0.2.1', '192.0.2.2');
  const from = server.log.lines.length;
  await set(0);
  await server.log.waitFor('mirror-disabled', ({ mirror }) => mirror === 'aurora', from);
  await answers();
  t.pass('what had ended too early is in force again');
});

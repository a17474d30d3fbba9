/**
 * The host's clock is set while the server runs: by an hour, a year, ten years.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import type { HistoryReport } from '../../src/control/history-report.js';
import type { MirrorReport } from '../../src/control/mirror-report.js';
import { udpClient } from './dns-client.js';
import { startMirror } from './mirrors.js';
import { until } from './program.js';
import { type Home, makeHome, type Server, startServer } from './server.js';

const MOVED = fileURLToPath(new URL('./moved-clock.js', import.meta.url));
const HOUR = 3_600_000;
const YEAR = 8766 * HOUR;

interface Moved {
  readonly server: Server;
  /** Sets its clock so many milliseconds away from the right time. */
  set(ms: number): Promise<void>;
}

/** A server with a clock that can be set; at first it is right, or as an earlier server of `home` left it. */
async function movedServer(t: Test, home: Home): Promise<Moved> {
  const CLOCK = join(home.dir, 'clock');
  await writeFile(CLOCK, '0', { flag: 'wx' }).catch(() => undefined);
  const server = await startServer(t, { home, env: { NODE_OPTIONS: `--import=${MOVED}`, CLOCK } });
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
  const zone = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { mirrors: [aurora], probe: { type: none } }, other: { mirrors: [boreas], probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] }, boreas: { addresses: [192.0.2.2] } }
overrides:
  - { mirrors: [boreas], reason: disks, until: "${new Date(Date.now() + HOUR).toISOString()}" }
`;
  const { server, set } = await movedServer(t, await makeHome(t, { zones: { 'z.yaml': zone } }));
  const client = await udpClient(t, server);
  const answers = (...wanted: string[]): Promise<true> =>
    until(
      async () => {
        const names = ['dl.example.org', 'other.dl.example.org'];
        const addresses = await Promise.all(names.map((name) => client.addresses({ name })));
        return addresses.flat().join() === wanted.join() || undefined;
      },
      `answers with ${wanted.join(' and ')}`,
    );
  const end = new Date(Date.now() + 72 * HOUR).toISOString();
  await server.request(
    'POST',
    '/disable',
    JSON.stringify({ mirror: 'aurora', reason: 'x', until: end, force: true }),
  );
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

t.test(
  'verdicts and slow starts are as old as they are, whatever the clock is set to, over a kill too',
  async (t) => {
    const mirror = await startMirror(t, '127.0.0.71');
    const home = await makeHome(t, {
      zones: {
        'z.yaml': `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { slow_start: 1h, probe: { port: ${mirror.port}, interval: 1s, fast_interval: 50ms, timeout: 1s, fall: 2, rise: 1 } } }
mirrors: { aurora: { addresses: [127.0.0.71] }, boreas: { addresses: [192.0.2.2], probe: { type: none } } }
`,
      },
    });
    await mirror.become('refuse');
    const first = await movedServer(t, home);
    const stands = async ({ server }: Moved, state: string): Promise<MirrorReport> =>
      until(async () => {
        const found = (await server.status()).zones[0]?.pools[0]?.mirrors.find(
          ({ name }) => name === 'aurora',
        );
        return found?.state === state ? found : undefined;
      }, `a mirror that is ${state}`);
    await stands(first, 'down');
    await mirror.become('well');
    const { returned = '' } = await stands(first, 'up');
    /** How long ago it came back, by a clock that is so many milliseconds away. */
    const age = async (moved: Moved, ms: number): Promise<number> => {
      const shown = await stands(moved, 'up');
      t.equal(shown.growth, 1, 'it has only just come back');
      t.ok(Math.abs(Date.parse(shown.returned ?? '') - ms - Date.parse(returned)) < 2000);
      return Date.now() + ms - Date.parse(shown.since);
    };
    for (const ms of [10 * YEAR, -YEAR]) {
      await first.set(ms);
      const old = await age(first, ms);
      t.ok(old >= -2000 && old < 120_000, `${old} ms`);
    }
    const { started } = await first.server.status();
    t.ok(Math.abs(Date.now() - YEAR - Date.parse(started)) < 120_000, 'nor is the server older than it is');
    // What is on disk follows the clock within a second.
    await until(async () => {
      const text = await readFile(join(home.dir, 'state', 'verdicts.json'), 'utf8');
      return text.includes(`"since":${Date.parse((await stands(first, 'up')).since)}`) || undefined;
    }, 'verdicts by the clock as it is');
    await first.server.stop('SIGKILL');
    const second = await movedServer(t, home);
    await age(second, -YEAR);
  },
);

t.test('an outage of a minute is no strike, though the clock is set by 251 days meanwhile', async (t) => {
  const mirror = await startMirror(t, '127.0.0.72');
  await mirror.become('refuse');
  const zone = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { port: ${mirror.port}, interval: 1s, fast_interval: 50ms, timeout: 1s, fall: 2 } } }
mirrors: { aurora: { addresses: [127.0.0.72] }, boreas: { addresses: [192.0.2.2], probe: { type: none } } }
`;
  const { server, set } = await movedServer(t, await makeHome(t, { zones: { 'z.yaml': zone } }));
  await server.log.waitFor('verdict-changed', ({ to }) => to === 'down');
  const look = async (ms: number): Promise<void> => {
    const { body } = await server.request('POST', '/history', '{}');
    const { at, transitions, addresses, mirrors }: HistoryReport = JSON.parse(body);
    t.ok(Math.abs(Date.now() + ms - Date.parse(at)) < 60_000, 'by the clock as it is');
    t.match(transitions, [{ to: 'down' }]);
    t.match(addresses, [{ availability: { 180: 0 } }]);
    t.ok((addresses[0]?.observed[180] ?? Infinity) < 120);
    t.same(mirrors[0]?.strikes, []);
  };
  for (const ms of [251 * 24 * HOUR, 10 * YEAR, -YEAR]) {
    await set(ms);
    await look(ms);
  }
});

t.test('mirrors that know the time say when it is wrong, either way', async (t) => {
  const mirrors = await Promise.all([73, 74, 75].map((last) => startMirror(t, `127.0.0.${last}`)));
  const lines = mirrors.map(
    ({ address, port }, i) => `  m${i}: { addresses: [${address}], probe: { port: ${port} } }`,
  );
  const zone = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { interval: 500ms, timeout: 500ms } } }
mirrors:
${lines.join('\n')}
`;
  const { server, set } = await movedServer(t, await makeHome(t, { zones: { 'z.yaml': zone } }));
  const about = (seconds: number, wrong: boolean): Promise<true> =>
    until(async () => {
      const { clock } = await server.status();
      const near = clock !== undefined && Math.abs(clock.ahead_seconds - seconds) < 60;
      return (near && clock.wrong === wrong && clock.mirrors === 3) || undefined;
    }, `a clock that is ${seconds} s ahead`);
  await about(0, false);
  for (const [hours, words] of [
    [2, 'ahead by '],
    [-2, 'behind by '],
  ] as const) {
    const from = server.log.lines.length;
    await set(hours * HOUR);
    const { ahead_s } = await server.log.waitFor('clock-wrong', () => true, from);
    t.ok(Math.abs(Number(ahead_s) - hours * 3600) < 60, `${ahead_s} s`);
    for (const verb of ['status', 'monitor'])
      t.match((await server.run(verb)).stdout, `the clock of this host is ${words}`, verb);
    t.equal((await server.run('monitor')).code, 2);
    await set(0);
    await server.log.waitFor('clock-right', () => true, from);
    await about(0, false);
  }
  t.notMatch((await server.run('status')).stdout, 'the clock of this host');
  t.equal(server.log.lines.filter(({ event }) => event === 'clock-wrong').length, 2, 'once each');
});

/**
 * This host's own network fails: in a network namespace the server loses its link, and no verdict falls and no answer
 * changes. A mirror that really dies falls all the same.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t, { type Test } from 'tap';
import type { MirrorReport, PoolReport } from '../../src/control/mirror-report.js';
import { ip, layCable } from '../cable.js';
import { until } from './program.js';
import { type Server, startServer } from './server.js';

const MIRRORS = ['10.77.0.11', '10.77.0.12', '10.77.0.13'];

/** An HTTP server on one address outside; resolves when it listens. */
async function serveOutside(t: Test, outside: string, address: string): Promise<() => Promise<void>> {
  const script = `require('http').createServer((_, r) => r.end('ok')).listen(80, '${address}', () => console.log('up'))`;
  const child = spawn('ip', ['netns', 'exec', outside, process.execPath, '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  t.teardown(end);
  await once(child.stdout, 'data');
  return end;
}

const zoneOf = (canaries: string): string => `zone: dl.example.org
ns: [ns1.example.net]
pools:
  "@": { ${canaries}probe: { interval: 300ms, fast_interval: 100ms, timeout: 250ms } }
mirrors:
  aurora: { addresses: [10.77.0.11, "2001:db8::11"] }
  boreas: { addresses: [10.77.0.12] }
  cascade: { addresses: [10.77.0.13] }
`;

async function poolOf(server: Server): Promise<PoolReport> {
  const pool = (await server.status()).zones[0]?.pools[0];
  if (pool === undefined) throw new Error('no pool');
  return pool;
}

/** The states of the IPv4 addresses. */
async function states(server: Server): Promise<string> {
  const { mirrors } = await poolOf(server);
  return mirrors
    .filter(({ family }) => family === 'ipv4')
    .map(({ state }) => state)
    .join();
}

const when = (server: Server, wanted: string): Promise<true> =>
  until(async () => ((await states(server)) === wanted ? true : undefined), `the states ${wanted}`);

/** What a client gets, and by which generation of the tables. */
async function answers(server: Server): Promise<unknown> {
  const { stdout } = await server.run('explain', 'dl.example.org', '--from', '192.0.2.1', '--json');
  const { generation } = await server.status();
  const { candidates } = JSON.parse(stdout);
  return [
    generation,
    candidates.map(({ address, probability }: MirrorReport & { probability: number }) => [
      address,
      probability,
    ]),
  ];
}

const cable = layCable(t, {
  inside: ['10.77.0.1/24'],
  outside: [...MIRRORS, '10.77.0.99'].map((address) => `${address}/24`),
});
const skip = 'unavailable' in cable && cable.unavailable;

t.test('a cut network freezes verdicts and changes no answer', { skip }, async (t) => {
  if ('unavailable' in cable) return;
  const { inside, outside } = cable;
  const endings: (() => Promise<void>)[] = [];
  for (const address of MIRRORS) endings.push(await serveOutside(t, outside, address));
  const endCanary = await serveOutside(t, outside, '10.77.0.99');

  await t.test('with canaries, cut at the far end', async (t) => {
    const server = await startServer(t, {
      zones: { 'z.yaml': zoneOf('canaries: ["10.77.0.99:80", "http://10.77.0.99/"], ') },
      netns: inside,
    });
    await when(server, 'up,up,up');
    const before = await answers(server);
    t.match((await poolOf(server)).mirrors[1], {
      family: 'ipv6',
      state: 'unknown',
      not_judged: 'this host has no IPv6 route to it',
    });

    ip('-n', outside, 'link', 'set', 'cable', 'down');
    t.match(await server.log.waitFor('uplink-down'), { pool: 'dl.example.org', family: 'ipv4' });
    await until(
      async () =>
        (await poolOf(server)).mirrors.filter(({ suppressed }) => suppressed === true).length === 3
          ? true
          : undefined,
      'falls that are suppressed',
    );
    t.equal(await states(server), 'up,up,up');
    t.same(await answers(server), before, 'the very same table');
    t.match(await server.status(), {
      zones: [{ pools: [{ frozen: { ipv4: true, ipv6: false }, panic: { ipv4: false } }] }],
    });
    t.ok((await server.status()).suppressed_falls >= 3);
    const { stdout } = await server.run('status');
    t.match(stdout, /^FROZEN: dl\.example\.org \(ipv4\): no canary answers, so it is this host's network/m);
    t.match(stdout, /aurora .* up .*fall suppressed: this host's uplink is down/);

    // What dies meanwhile is seen when the network is back.
    await endings[2]?.();
    ip('-n', outside, 'link', 'set', 'cable', 'up');
    await server.log.waitFor('uplink-up');
    await when(server, 'up,up,down');
    t.same((await poolOf(server)).frozen, { ipv4: false, ipv6: false });

    await endings[1]?.();
    await when(server, 'up,down,down');
    t.pass('a mirror that dies falls, since a canary answers');
    await endCanary();
    const { suppressed_falls: known } = await server.status();
    await endings[0]?.();
    await until(
      async () => ((await server.status()).suppressed_falls > known ? true : undefined),
      'a fall that is suppressed',
    );
    t.equal(await states(server), 'up,down,down', 'and with the canaries gone too, none does');
    await server.stop();
  });

  await t.test('without canaries, the link of this host down', async (t) => {
    for (const end of endings) await end();
    for (const address of MIRRORS) await serveOutside(t, outside, address);
    const server = await startServer(t, { zones: { 'z.yaml': zoneOf('') }, netns: inside });
    await when(server, 'up,up,up');
    const before = await answers(server);
    ip('-n', inside, 'link', 'set', 'cable', 'down');
    await until(
      async () =>
        (await poolOf(server)).mirrors.every(({ not_judged }) => not_judged !== undefined) ? true : undefined,
      'probes that can not be made',
    );
    t.equal(await states(server), 'up,up,up');
    t.same(await answers(server), before);
    await server.stop();
  });
});

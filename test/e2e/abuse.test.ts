/**
 * Three hundred abusive clients of ten kinds at once: all other clients are served as if the abusive ones were not there,
 * and the cost of these is bounded. Latency is measured elsewhere (`npm run bench -- --only abuse`); here it counts which
 * answers arrive.
 */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import type { AbusersStart } from './abusers-worker.js';
import { askOften } from './ask-often.js';
import { addressesOf, askOverTcp } from './dns-client.js';
import { until } from './program.js';
import { startServer } from './server.js';

const NAME = 'dl.example.org';
const ZONE = `zone: ${NAME}
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] } }
records:
  long: { TXT: [${Array.from({ length: 200 }, (_, i) => `"${'x'.repeat(200)}${i}"`).join(', ')}] }
`;
const CONFIG = `geo: { city: city.mmdb }
tcp: { connections: 250, connections_per_network: 25, idle_timeout: 1s, exchange_timeout: 1s }
`;
/** Octets that the server may take more, of which its garbage is the most: 250 clients may each make it hold 150 kB. */
const MEMORY = 250 << 20;

function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

t.test('the others are served', async (t) => {
  const server = await startServer(t, { zones: { 'z.yaml': ZONE }, config: CONFIG });
  await askOften(server.port, { name: NAME }, 2000);
  const before = memoryOf(server.pid);
  const start: AbusersStart = { port: server.port, name: NAME, longName: `long.${NAME}`, ofEachKind: 30 };
  const abusers = new Worker(new URL('./abusers-worker.js', import.meta.url), { workerData: start });
  t.teardown(() => abusers.terminate());
  const ended = async () => (await server.status()).counters.tcp.ended;

  // Connections are cut for every reason while good clients ask.
  let rounds = 0;
  const answers = new Set<string>();
  let memory = 0;
  const happened = async (): Promise<true | undefined> => {
    const tally = await askOften(server.port, { name: NAME }, 200);
    for (const address of tally.keys()) answers.add(address);
    for (const address of addressesOf(await askOverTcp(server, { name: NAME }))) answers.add(address);
    rounds++;
    memory = Math.max(memory, memoryOf(server.pid));
    // Whether somebody idles long enough before a neighbour takes the place, and whether there is no room for anybody at
    // all, depends on who comes when; test/server/tcp-worker.test.ts has both.
    const { slow, unread, network_crowded } = await ended();
    return rounds >= 20 && Math.min(slow, unread, network_crowded) > 0 ? true : undefined;
  };
  await until(happened, 'connections that are ended for their reasons').catch(async (error) =>
    t.fail(`${String(error)}: ${JSON.stringify(await ended())}`),
  );
  t.same([...answers], ['c0000201', '192.0.2.1'], 'over UDP, in digits, and over TCP');
  t.ok(memory - before < MEMORY, `${(memory - before) >> 20} MiB more`);
  abusers.postMessage('end');

  const status = await server.status();
  t.ok(status.counters.tcp.open <= 250);
  t.ok(status.counters.dropped > 0);
  t.equal(status.worker_deaths, 0);
  t.same(
    // The copy of the database is made when there is time.
    server.log.lines.map(({ event }) => event).filter((event) => event !== 'database-kept'),
    ['serving', 'ready'],
    'and it had nothing to say about it',
  );
  t.match(await server.stop(), { code: 0 });
});

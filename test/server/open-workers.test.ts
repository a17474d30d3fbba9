/** Where a service listens, from which address it answers, and how it stops listening. */
import { createSocket } from 'node:dgram';
import { readdirSync } from 'node:fs';
import { createServer, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { formatEndpoint } from '../../src/server/endpoint.js';
import type { Transport } from '../../src/server/service.js';
import { beginThread } from '../../src/server/waiting-threads.js';
import { query } from '../dns-message.js';
import { until, within } from '../e2e/program.js';
import {
  ANSWER,
  ASKED,
  askOverTcp,
  connection,
  framed,
  openOn,
  TABLE,
  TRANSPORTS,
  udpClient,
} from './loopback.js';

/** The addresses of this host that a client on it may ask, link-local ones aside. */
const OWN = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .map(({ address }) => address)
  .filter((address) => !address.startsWith('fe80:'));

for (const transport of TRANSPORTS) {
  t.test(transport, async (t) => {
    await t.test('one address of each family', (t) => answersOn(t, transport, ['127.0.0.1', '::1']));
    await t.test('all of 127.0.0.0/8 is this host', (t) =>
      answersOn(t, transport, ['127.0.0.1', '127.9.8.7']),
    );
    await t.test('a wildcard answers from the address that was asked', (t) => wildcards(t, transport));
    await t.test('an endpoint that is taken', (t) => taken(t, transport));
    await t.test('workers end soon after they are told to', (t) => ends(t, transport));
  });
}

async function answersOn(t: Test, transport: Transport, hosts: readonly string[]): Promise<void> {
  const { service } = await openOn(t, transport, TABLE, hosts);
  t.same(
    service.endpoints.map(({ host }) => host),
    hosts,
  );
  for (const { host, port } of service.endpoints) {
    t.ok(port > 0);
    // The client is connected: from another address no answer would reach it.
    const client = await udpClient(t, port, host);
    t.same((await client.ask(ASKED)).answers, ANSWER, `${host} over UDP`);
    const [reply] = await askOverTcp(port, [ASKED], host);
    t.same(reply?.answers, ANSWER, `${host} over TCP`);
  }
}

async function wildcards(t: Test, transport: Transport): Promise<void> {
  const { service } = await openOn(t, transport, TABLE, ['0.0.0.0', '::']);
  // Batches listen on the wildcards themselves, so on all that the host answers to; else it is each address of an interface.
  const others = transport === 'batched' ? ['127.0.0.2', '127.255.0.9'] : [];
  const asked = [...new Set([...OWN, ...others])].map((host) => ({
    host,
    port: service.endpoints.find((endpoint) => isIPv6(endpoint.host) === isIPv6(host))?.port ?? 0,
  }));
  for (const { host, port } of asked) {
    const client = await udpClient(t, port, host);
    for (let i = 0; i < 3; i++) t.same((await client.ask(ASKED)).answers, ANSWER, host);
    const [reply] = await askOverTcp(port, [ASKED], host);
    t.same(reply?.answers, ANSWER, `${host} over TCP`);
  }
  const answered = service.sums();
  const ipv6 = asked.filter(({ host }) => isIPv6(host)).length;
  t.same(answered.queries.udp, { ipv4: 3 * (asked.length - ipv6), ipv6: 3 * ipv6 }, 'no query came mapped');
  t.equal(answered.sendErrors, 0);
}

async function taken(t: Test, transport: Transport): Promise<void> {
  const udp = createSocket('udp4');
  await new Promise<void>((resolve) => udp.bind({ address: '127.0.0.1', port: 0, exclusive: true }, resolve));
  t.teardown(() => udp.close());
  const { port } = udp.address();
  const listen = [
    { host: '127.0.0.1', port: 0 },
    { host: '127.0.0.1', port },
  ];
  const where = formatEndpoint({ host: '127.0.0.1', port });
  const advice = 'another program listens there; stop it, or choose another address with --listen';
  await t.rejects(openOn(t, transport, TABLE, [], { listen: listen.slice(1) }), {
    code: 'LISTEN_FAILED',
    message: `can't listen on ${where} (UDP): ${advice}`,
  });

  const tcp = createServer();
  const tcpPort = await new Promise<number>((resolve) =>
    tcp.listen({ host: '127.0.0.1', port: 0 }, () => {
      const bound = tcp.address();
      resolve(typeof bound === 'object' ? (bound?.port ?? 0) : 0);
    }),
  );
  const fixed = { listen: [{ host: '127.0.0.1', port: tcpPort }] };
  await t.rejects(openOn(t, transport, TABLE, [], fixed), { code: 'LISTEN_FAILED', message: /\(TCP\)/ });
  await new Promise((resolve) => tcp.close(resolve));
  const { port: again } = await openOn(t, transport, TABLE, [], fixed);
  t.equal(again, tcpPort, 'nothing was left open');
  await t.rejects(openOn(t, transport, TABLE, [], fixed), { code: 'LISTEN_FAILED' }, 'a second server');
}

/** Milliseconds. */
const SOON = 300;

async function ends(t: Test, transport: Transport): Promise<void> {
  let shortest = Number.POSITIVE_INFINITY;
  // The machine may be busy; it is not so again and again.
  for (let round = 0; round < 5 && shortest > SOON; round++) {
    const { service, port } = await openOn(t, transport, TABLE);
    const client = await udpClient(t, port);
    const idle = await connection(port);
    const closed = new Promise((resolve) => idle.once('close', resolve).resume());
    idle.write(framed(query(ASKED)));
    await new Promise((resolve) => idle.once('data', resolve));
    // Now every worker has just begun to wait.
    await client.ask(ASKED);
    const told = performance.now();
    await within(service.stop(), 'the end of all workers');
    shortest = Math.min(shortest, performance.now() - told);
    await within(closed, 'the end of a connection');
    await t.rejects(connection(port), { code: 'ECONNREFUSED' });
    const next = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      next.once('error', reject);
      next.bind({ address: '127.0.0.1', port, exclusive: true }, resolve);
    });
    next.close();
  }
  t.ok(shortest <= SOON, `${Math.round(shortest)} ms`);
}

t.test('a thread that does not start leaves no socket open', async (t) => {
  if (!TRANSPORTS.includes('batched')) {
    t.pass('skipped', { skip: 'no libc' });
    return;
  }
  const open = (): number => readdirSync('/proc/self/fd').length;
  const failing: readonly (typeof beginThread)[] = [
    (kind) => (kind === 'tcp' ? new Worker('throw new Error("no luck")', { eval: true }) : beginThread(kind)),
    (kind) => {
      if (kind === 'tcp') throw new Error('no luck');
      return beginThread(kind);
    },
  ];
  const before = open();
  for (const begin of failing) {
    await t.rejects(openOn(t, 'batched', TABLE, ['127.0.0.1', '127.0.0.2'], { begin }), /no luck/);
    await until(() => (open() === before ? true : undefined), 'all to be closed');
  }
});

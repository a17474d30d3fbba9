/**
 * Clients that abuse TLS, of seven kinds at once: clients over UDP and TCP are served as if the abusive ones were not
 * there, and so is a TLS client from another network. The cost of the abusive ones is bounded.
 */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { decode } from 'dns-packet';
import t, { type Test } from 'tap';
import { noCertificates as skip } from '../server/tls-certificate.js';
import { askOften } from './ask-often.js';
import { addressesOf, askOverTcp, framed, queryOctets } from './dns-client.js';
import { until, within } from './program.js';
import { makeTlsHome, startTlsServer } from './tls-home.js';

const NAME = 'dl.example.org';
const ZONE = `zone: ${NAME}
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] } }
records:
  long: { TXT: [${Array.from({ length: 200 }, (_, i) => `"${'x'.repeat(200)}${i}"`).join(', ')}] }
`;
const CONFIG = `geo: { city: city.mmdb }
tls: { certificate: tls.crt, key: tls.key, handshakes_per_network: 2 }
tcp: { connections: 250, connections_per_network: 25, idle_timeout: 2s, exchange_timeout: 1s }
`;
/** Clients of each kind. */
const OF_EACH = 6;
/** Milliseconds from the end of one connection to the next of the same client. */
const PACE = 50;
/** Octets that the server may take more. */
const MEMORY = 250 << 20;

const query = framed(queryOctets({ name: NAME }, 1));
const long = framed(queryOctets({ name: `long.${NAME}`, type: 'TXT' }, 2));

type Begin = (socket: Socket, secure: (options?: ConnectionOptions) => TLSSocket) => void;

/** What a client does with a connection, by what it is; each is of a network of its own. */
const KINDS: Readonly<Record<string, Begin>> = {
  silent: () => undefined,
  'half a handshake': (socket) => socket.write(Buffer.from('1603010200010001fc0303', 'hex')),
  garbage: (socket) => socket.write(Buffer.alloc(4000, 0x55)),
  'cleartext questions': (socket) => socket.write(Buffer.concat(Array.from({ length: 100 }, () => query))),
  'handshakes and nothing else': (_socket, secure) => {
    const secured = secure();
    secured.once('secureConnect', () => secured.destroy());
  },
  'half a question': (_socket, secure) => secure().write(query.subarray(0, 20)),
  'answers that are not taken': (socket, secure) => {
    const secured = secure();
    secured.once('secureConnect', () => {
      for (let i = 0; i < 50; i++) secured.write(Buffer.concat(Array.from({ length: 100 }, () => long)));
      socket.pause();
    });
  },
};

function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

/** Sets all of them on a port, until the test ends. */
function abuse(t: Test, port: number): void {
  let over = false;
  const open = new Set<Socket>();
  t.teardown(() => {
    over = true;
    for (const socket of open) socket.destroy();
  });
  const come = (network: number, begin: Begin): void => {
    if (over) return;
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.1.${network}.1` });
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      open.delete(socket);
      setTimeout(come, PACE, network, begin);
    });
    const secure = (options: ConnectionOptions = {}): TLSSocket => {
      const secured = connectTls({ socket, rejectUnauthorized: false, ...options });
      secured.on('error', () => undefined).once('close', () => socket.destroy());
      return secured;
    };
    socket.once('connect', () => begin(socket, secure));
    // Whoever ends it is done with it.
    if (begin !== KINDS['answers that are not taken']) socket.resume();
  };
  for (const [network, begin] of Object.values(KINDS).entries()) {
    for (let i = 0; i < OF_EACH; i++) come(network, begin);
  }
}

t.test('the others are served', { skip }, async (t) => {
  const home = await makeTlsHome(t, { 'z.yaml': ZONE }, CONFIG);
  const server = await startTlsServer(t, home);
  await askOften(server.port, { name: NAME }, 2000);
  const before = memoryOf(server.pid);
  abuse(t, server.tlsPort);

  /** A client that asks over TLS from a network of its own. */
  const good = async (network: number): Promise<readonly string[]> => {
    const socket = connect({ port: server.tlsPort, host: '127.0.0.1', localAddress: `127.2.${network}.1` });
    const secured = connectTls({ socket, rejectUnauthorized: false });
    const replied = new Promise<Buffer>((resolve, reject) => {
      secured.once('data', resolve).once('error', reject);
      secured.once('close', () => reject(new Error('it was closed')));
    });
    secured.write(query);
    try {
      return addressesOf(decode((await within(replied, 'an answer over TLS')).subarray(2)));
    } finally {
      secured.destroy();
      socket.destroy();
    }
  };
  const counted = async () => (await server.status()).counters.tls;
  const answers = new Set<string>();
  let rounds = 0;
  let memory = 0;
  const happened = async (): Promise<true | undefined> => {
    const tally = await askOften(server.port, { name: NAME }, 200);
    for (const address of tally.keys()) answers.add(address);
    for (const address of addressesOf(await askOverTcp(server, { name: NAME }))) answers.add(address);
    for (const address of await good(rounds % 256)) answers.add(`${address} over TLS`);
    rounds++;
    memory = Math.max(memory, memoryOf(server.pid));
    const { ended, handshakes } = await counted();
    return rounds >= 5 && Math.min(ended.slow, ended.unread, handshakes.failed, handshakes.refused) > 0
      ? true
      : undefined;
  };
  await until(happened, 'connections that are ended for their reasons').catch(async (error) =>
    t.fail(`${String(error)}: ${JSON.stringify(await counted())}`),
  );
  t.same([...answers], ['c0000201', '192.0.2.1', '192.0.2.1 over TLS']);
  t.ok(memory - before < MEMORY, `${(memory - before) >> 20} MiB more`);
  const status = await server.status();
  t.ok(status.counters.tls.open <= 250);
  t.equal(status.worker_deaths, 0);
  t.same(
    server.log.lines.map(({ event }) => event).filter((event) => event !== 'database-kept'),
    ['serving', 'ready'],
    'and it had nothing to say about it',
  );
  t.match(await server.stop(), { code: 0 });
});

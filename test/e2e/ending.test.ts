/**
 * How a server ends, and when it does not start at all.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { framed, queryOctets, udpClient } from './dns-client.js';
import { soonest, within } from './program.js';
import { makeHome, type Server, startServer } from './server.js';

const zones = {
  'z.yaml': `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1] } }
records:
  long: { TXT: [${Array.from({ length: 200 }, (_, i) => `"${'x'.repeat(200)}${i}"`).join(', ')}] }
`,
};

/**
 * Milliseconds from a signal after which it ends whatever hangs, to be gone within two seconds. On a busy machine it may
 * come to that where nothing hangs.
 */
const HURRY = 1900;

async function opened(t: Test, { port }: Server): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  t.teardown(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal} ends it within two seconds, open connections or not`, async (t) => {
    const ms = await soonest(HURRY, async () => {
      const server = await startServer(t, { zones });
      const idle = await Promise.all(Array.from({ length: 20 }, () => opened(t, server)));
      // Half a message: there is nothing that could be answered.
      idle[0]?.write(framed(queryOctets({ name: 'dl.example.org' }, 1)).subarray(0, 20));
      const ended = await server.stop(signal);
      t.match(ended, { code: 0, signal: null });
      if (ended.ms >= HURRY) return ended.ms;
      const events = server.log.lines.map(({ event }) => event);
      // The copy of the database is made meanwhile, or given up.
      const others = events.filter((event) => event !== 'database-kept' && event !== 'database-not-kept');
      t.same(others.slice(-2), ['stopping', 'stopped']);
      t.notOk(existsSync(join(server.dir, 'control.sock')), 'the control socket is gone');
      return ended.ms;
    });
    t.ok(ms < HURRY, `after ${ms.toFixed()} ms`);
  });
}

t.test('a signal that comes with the word that it is ready is heeded', async (t) => {
  const server = await startServer(t, { zones });
  process.kill(server.pid, 'SIGHUP');
  t.match(await server.stop(), { code: 0, signal: null });
});

t.test('what was asked is answered first', async (t) => {
  const ms = await soonest(HURRY, () => endsWithAnswers(t));
  t.ok(ms < HURRY, `after ${ms.toFixed()} ms`);
});

/** Milliseconds until the end of a server that owes answers. */
async function endsWithAnswers(t: Test): Promise<number> {
  const server = await startServer(t, { zones });
  const socket = await opened(t, server);
  const QUERIES = 40;
  const query = framed(queryOctets({ name: 'long.dl.example.org', type: 'TXT' }, 1));
  socket.write(Buffer.concat(Array.from({ length: QUERIES }, () => query)));
  // More than a megabyte of answers, and the client reads no more than the beginning for now.
  const [first]: unknown[] = await once(socket, 'data');
  socket.pause();
  let octets = Buffer.isBuffer(first) ? first.length : 0;
  const from = server.log.lines.length;
  const ending = server.stop();
  await server.log.waitFor('stopping', () => true, from);
  socket.on('data', (piece: Buffer) => {
    octets += piece.length;
  });
  socket.resume();
  await within(once(socket, 'end'), 'the end of the connection');
  socket.end();
  const { code, ms } = await ending;
  t.equal(code, 0);
  if (ms >= HURRY) return ms;
  const whole = octets / QUERIES;
  t.ok(Number.isInteger(whole) && whole > 40_000, `${octets} octets: all ${QUERIES} answers, none cut`);
  return ms;
}

t.test('a client that never reads does not hold it up', async (t) => {
  // The whole process: its end may take a little longer than what it promises itself.
  const ms = await soonest(2500, async () => {
    const server = await startServer(t, { zones });
    const socket = await opened(t, server);
    const query = framed(queryOctets({ name: 'long.dl.example.org', type: 'TXT' }, 1));
    socket.pause();
    socket.write(Buffer.concat(Array.from({ length: 400 }, () => query)));
    const client = await udpClient(t, server);
    await client.ask({ name: 'dl.example.org' });
    const ended = await server.stop();
    t.equal(ended.code, 0);
    return ended.ms;
  });
  t.ok(ms < 2500, `after ${ms.toFixed()} ms`);
});

t.test('an address that can not be had', async (t) => {
  const home = await makeHome(t, { zones });
  const refusal = async (listen: string): Promise<string> => {
    const args = [
      '--config',
      'geopool.yaml',
      '--state',
      'state',
      '--control',
      'control.sock',
      '--listen',
      listen,
    ];
    const { code, stdout, stderr } = await home.run('serve', ...args);
    t.equal(code, 1, listen);
    t.equal(stderr.trimEnd().split('\n').length, 1, 'one line');
    t.notMatch(stdout, /"event":"ready"/);
    return stderr;
  };

  const udp = createSocket('udp4');
  t.teardown(() => udp.close());
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  const { port } = udp.address();
  t.match(
    await refusal(`127.0.0.1:${port}`),
    new RegExp(`^geopool: can't listen on 127\\.0\\.0\\.1:${port} \\(UDP\\): another program listens there`),
  );

  const tcp = createServer().listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  t.teardown(() => tcp.close());
  const bound = tcp.address();
  const tcpPort = typeof bound === 'object' && bound !== null ? bound.port : 0;
  t.match(await refusal(`127.0.0.1:${tcpPort}`), /\(TCP\): another program listens there/);
});

t.test('an address that this host does not have yet does not stop it', async (t) => {
  const server = await startServer(t, { zones, hosts: ['127.0.0.1', '192.0.2.1', '127.0.0.2'] });
  for (const protocol of ['udp', 'tcp']) {
    const line = await server.log.waitFor('listen-waiting', (line) => line.protocol === protocol);
    t.match(line, { level: 'warn', code: 'EADDRNOTAVAIL', endpoint: server.listen[1] });
    t.match(
      line.msg,
      /^192\.0\.2\.1:\d+ \(...\) is not answered yet: this host has no such address; unless it is to come/,
    );
  }
  const client = await udpClient(t, server);
  t.same(await client.addresses({ name: 'dl.example.org' }), ['192.0.2.1']);
  const socket = await opened(t, server);
  socket.write(framed(queryOctets({ name: 'dl.example.org' }, 1)));
  await within(once(socket, 'data'), 'an answer over TCP');
  t.match(await server.stop(), { code: 0 });
});

t.test('a state directory that can not be does not stop it', async (t) => {
  const home = await makeHome(t, { zones });
  // For root no directory is read-only; a file in its place does it for everybody.
  await home.write('state', '');
  const server = await startServer(t, { home });
  const client = await udpClient(t, server);
  t.same(await client.addresses({ name: 'dl.example.org' }), ['192.0.2.1']);
  const { code, stderr } = await server.run('disable', 'aurora', '--force', '--reason', 'x');
  t.equal(code, 1);
  t.match(stderr, /overrides\.json can't be written .*; what is new holds until this server ends, not after/);
  t.same(await client.addresses({ name: 'dl.example.org' }), [], 'as it says, it holds');
  t.match(await server.log.waitFor('state-write-failed'), { level: 'error', error: /ENOTDIR/ });
  t.ok((await server.status()).state_write_failures > 0, 'and it is counted');
  t.match(await server.stop(), { code: 0 });
});

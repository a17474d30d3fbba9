/** What the TLS worker does for clients that speak TLS, and to those that do not, or that do it too often. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import t, { type Test } from 'tap';
import type { TlsTerms } from '../../src/server/secure-context.js';
import type { Transport } from '../../src/server/service.js';
import type { HandshakeSums, TlsSums } from '../../src/server/sums.js';
import { DEFAULT_TCP_LIMITS, type TcpLimits } from '../../src/server/tcp-admission.js';
import { option, query, type Reply, readReply } from '../dns-message.js';
import { within } from '../e2e/program.js';
import {
  ANSWER,
  ASKED,
  connection,
  framed,
  openOn,
  settles,
  TABLE,
  TRANSPORTS,
  udpClient,
} from './loopback.js';
import { makeCertificate, noCertificates as skip } from './tls-certificate.js';

const NONE = { idle: 0, slow: 0, unread: 0, crowded: 0, 'network-crowded': 0 };

async function opened(
  t: Test,
  limits: Partial<TcpLimits> = {},
  handshakes = 1000,
  transport: Transport = 'portable',
) {
  const terms: TlsTerms = { ...makeCertificate(), handshakes };
  const tcp = { ...DEFAULT_TCP_LIMITS, ...limits };
  const listen = [
    { host: '127.0.0.1', port: 0 },
    { host: '127.0.0.1', port: 0, tls: true as const },
  ];
  const { service, ports } = await openOn(t, transport, TABLE, [], { listen, tcp, tls: terms });
  const [plain = 0, port = 0] = ports;
  /** A connection that has nothing of TLS yet. */
  const raw = async (from: string): Promise<Socket> => {
    const socket = await connection(port, '127.0.0.1', from);
    t.teardown(() => socket.destroy());
    return socket.on('error', () => undefined).resume();
  };
  const secured = async (options: ConnectionOptions = {}): Promise<TLSSocket> => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ALPNProtocols: ['dot'],
      ...options,
    });
    t.teardown(() => socket.destroy());
    await within(once(socket, 'secureConnect'), 'a handshake');
    return socket.on('error', () => undefined);
  };
  const came = (expected: Partial<HandshakeSums>): Promise<void> =>
    settles(
      t,
      () => service.sums().tls.handshakes,
      { full: 0, resumed: 0, failed: 0, refused: 0, ...expected },
      'handshakes, by what came of them',
    );
  const ended = (expected: Partial<TlsSums['ended']>): Promise<void> =>
    settles(t, () => service.sums().tls.ended, { ...NONE, ...expected }, 'those that were ended, by why');
  return { service, terms, plain, port, raw, secured, came, ended };
}

async function ask(socket: Socket, asked: Parameters<typeof query>[0] = ASKED): Promise<Reply> {
  const replied = once(socket, 'data');
  socket.write(framed(query(asked)));
  const [octets]: Buffer[] = await within(replied, 'an answer over TLS');
  return readReply((octets ?? Buffer.alloc(2)).subarray(2));
}

/** RFC 8446 §5.1, §6. */
const ALERT = 21;

/** The types of the records that came, one after another (RFC 8446 §5.1). */
function recordTypes(octets: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at + 5 <= octets.length; at += 5 + octets.readUInt16BE(at + 3))
    types.push(octets[at] ?? 0);
  return types;
}

/** A stream over `socket` for a client that speaks TLS, and what came over it as it came. */
function overheard(socket: Socket): { readonly carrier: Duplex; readonly came: Buffer[] } {
  const came: Buffer[] = [];
  const carrier = new Duplex({
    read: () => undefined,
    write: (octets: Buffer, _, done) => void socket.write(octets, done),
  });
  socket.on('data', (octets: Buffer) => {
    came.push(octets);
    carrier.push(octets);
  });
  socket.once('close', () => carrier.push(null));
  return { carrier, came };
}

const closed = (socket: Socket): Promise<unknown> =>
  within(new Promise((resolve) => socket.once('close', resolve)), 'the end of a connection');

for (const transport of TRANSPORTS) {
  t.test(`beside ${transport} UDP`, { skip }, async (t) => {
    const { service, secured, plain, came } = await opened(t, {}, 1000, transport);
    const socket = await secured();
    t.equal(socket.alpnProtocol, 'dot');
    t.same((await ask(socket)).answers, ANSWER);
    t.same((await ask(socket)).answers, ANSWER, 'and again over the same connection');
    t.same((await (await udpClient(t, plain)).ask(ASKED)).answers, ANSWER);
    t.same(service.sums().queries, {
      udp: { ipv4: 1, ipv6: 0 },
      tcp: { ipv4: 0, ipv6: 0 },
      tls: { ipv4: 2, ipv6: 0 },
    });
    await came({ full: 1 });
    t.match(service.sums(), { tcp: { opened: 0 }, tls: { open: 1, opened: 1 } });
  });
}

t.test('which protocols', { skip }, async (t) => {
  const { secured, came } = await opened(t);
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const socket = await secured({ minVersion: version, maxVersion: version });
    t.equal(socket.getProtocol(), version);
    t.same((await ask(socket)).answers, ANSWER);
  }
  const without = await secured({ ALPNProtocols: [] });
  t.same((await ask(without)).answers, ANSWER, 'a client need not say what it wants');
  await came({ full: 3 });
  const refused: readonly ConnectionOptions[] = [
    { ALPNProtocols: ['http/1.1'] },
    { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' },
    { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA' },
  ];
  for (const options of refused) await t.rejects(secured(options), JSON.stringify(options));
  await came({ full: 3, failed: refused.length });
});

t.test('a session is resumed', { skip }, async (t) => {
  const { secured, came, service, terms } = await opened(t);
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const first = await secured({ maxVersion });
    await ask(first);
    const again = await secured({ maxVersion, session: first.getSession() });
    t.ok(again.isSessionReused(), maxVersion);
    t.same((await ask(again)).answers, ANSWER);
  }
  await came({ full: 2, resumed: 2 });
  const last = await secured();
  await ask(last);
  service.secure({ ...terms });
  const still = await secured({ session: last.getSession() });
  t.ok(still.isSessionReused(), 'what has not changed keeps its sessions');
});

t.test('another certificate is shown to whoever comes next, and nobody is cut off', { skip }, async (t) => {
  const { secured, service, terms } = await opened(t);
  const before = await secured();
  const next = { ...makeCertificate(), handshakes: terms.handshakes };
  service.secure(next);
  const shown = async (): Promise<string> => {
    const socket = await secured();
    return socket.getPeerX509Certificate()?.toString() ?? '';
  };
  await settles(t, () => service.tls()?.certificate, next.certificate, 'the terms');
  let last = '';
  for (let i = 0; i < 100 && last !== next.certificate; i++) last = await shown();
  t.equal(last, next.certificate);
  t.same((await ask(before)).answers, ANSWER);
});

t.test('padding for everybody who has EDNS', { skip }, async (t) => {
  const { secured } = await opened(t);
  const socket = await secured();
  const length = async (asked: Parameters<typeof query>[0]): Promise<number> => {
    const replied = once(socket, 'data');
    socket.write(framed(query(asked)));
    const [octets]: Buffer[] = await within(replied, 'an answer');
    return (octets?.length ?? 0) - 2;
  };
  t.equal(await length({ ...ASKED, edns: { options: [option(12, new Uint8Array(20))] } }), 468);
  t.equal(await length({ ...ASKED, edns: {} }), 468);
  t.ok((await length(ASKED)) < 100);
});

t.test('an answer is the same as over UDP, but for its padding', { skip }, async (t) => {
  const { secured, plain } = await opened(t);
  const [socket, udp] = await Promise.all([secured(), udpClient(t, plain)]);
  for (const name of ['dl.example.org', 'other.dl.example.org', 'example.com'])
    for (const type of ['A', 'TXT', 'SOA', 'NS', 'AAAA', 'ANY', 'AXFR'] as const)
      for (const more of [{}, { edns: {} }, { edns: { dnssecOk: true } }]) {
        const asked = { name, type, ...more };
        const [secret, clear] = [await ask(socket, asked), await udp.ask(asked)];
        const options = secret.edns?.options.filter((each) => !each.startsWith('12:'));
        const { id, length } = clear;
        const unpadded = { ...secret, id, length, edns: secret.edns && { ...secret.edns, options } };
        t.same(unpadded, clear, `${name} ${type}`);
      }
});

t.test('a handshake that never ends, and none at all', { skip }, async (t) => {
  const { raw, came, ended } = await opened(t, { exchange: 300 });
  const [silent, half, odd] = await Promise.all(['127.0.1.2', '127.0.2.3', '127.0.3.4'].map(raw));
  // The head of a record with a ClientHello, and a little of it.
  half?.write(Buffer.from('1603010200010001fc0303', 'hex'));
  odd?.write(framed(query(ASKED)));
  await Promise.all([silent, half, odd].flatMap((socket) => (socket === undefined ? [] : [closed(socket)])));
  await ended({ slow: 2 });
  await came({ failed: 3 });
});

t.test('nothing in cleartext is answered: not what comes in place of a handshake', { skip }, async (t) => {
  const { raw } = await opened(t);
  const socket = await raw('127.0.0.2');
  const { came } = overheard(socket);
  const end = closed(socket);
  socket.write(framed(query(ASKED)));
  await end;
  t.ok(recordTypes(Buffer.concat(came)).every((type) => type === ALERT));
});

t.test('nor what comes behind a handshake that has failed', { skip }, async (t) => {
  const { raw, secured } = await opened(t);
  const socket = await raw('127.0.0.2');
  const { carrier, came } = overheard(socket);
  socket.once('data', () => socket.write(framed(query(ASKED))));
  const end = closed(socket);
  await t.rejects(secured({ socket: carrier, ALPNProtocols: ['http/1.1'] }));
  await end;
  t.same(recordTypes(Buffer.concat(came)), [ALERT]);
});

t.test('more handshakes than a network may begin', { skip }, async (t) => {
  const { secured, raw, came, plain } = await opened(t, {}, 1);
  const other = raw('127.0.1.1');
  for (let i = 0; i < 5; i++) await secured();
  await closed(await raw('127.0.0.9'));
  await came({ full: 5, refused: 1 });
  t.same((await ask(await secured({ socket: await other }))).answers, ANSWER, 'another network');
  t.same((await (await udpClient(t, plain)).ask(ASKED)).answers, ANSWER);
});

t.test(
  'clients that break off, while idle, in a query or in a handshake, harm nobody',
  { skip },
  async (t) => {
    const { raw, secured, service } = await opened(t);
    const lasting = await secured();
    const breaking = await raw('127.0.0.3');
    const { carrier } = overheard(breaking);
    const half = await secured({ socket: carrier });
    const idle = await raw('127.0.0.4');
    const other = await secured({ socket: overheard(idle).carrier });
    await Promise.all([ask(half), ask(other)]);
    const shaking = await raw('127.0.0.5');
    shaking.write(Buffer.from('1603010200010001fc0303', 'hex'));
    half.write(framed(query(ASKED)).subarray(0, 20));
    await settles(t, () => service.sums().tls.open, 4, 'all are there');
    for (const socket of [breaking, idle, shaking]) socket.resetAndDestroy();
    await settles(t, () => service.sums().tls.open, 1, 'but one is gone');
    t.same((await ask(lasting)).answers, ANSWER);
  },
);

t.test('the limits of TCP', { skip }, async (t) => {
  await t.test('idle: it is told so before the end', async (t) => {
    const { secured, raw, ended } = await opened(t, { idle: 300 });
    const socket = await raw('127.0.0.1');
    const { carrier, came } = overheard(socket);
    await secured({ socket: carrier, maxVersion: 'TLSv1.2' });
    await closed(socket);
    t.equal(recordTypes(Buffer.concat(came)).at(-1), ALERT);
    await ended({ idle: 1 });
  });
  await t.test('whoever asks is told how long it may be idle', async (t) => {
    const { secured } = await opened(t, { idle: 20_000 });
    const asked = { ...ASKED, edns: { options: [option(11, new Uint8Array())] } };
    t.equal((await ask(await secured(), asked)).edns?.options[0], '11:00c8');
  });
  await t.test('half a query', async (t) => {
    const { secured, ended } = await opened(t, { exchange: 300 });
    const socket = (await secured()).resume();
    const end = closed(socket);
    socket.write(framed(query(ASKED)).subarray(0, 20));
    await end;
    await ended({ slow: 1 });
  });
  await t.test('one more than there is room for its network', async (t) => {
    const { secured, raw, ended } = await opened(t, { perNetwork: 2 });
    const socket = await raw('127.0.0.1');
    const { carrier, came } = overheard(socket);
    const first = await secured({ socket: carrier, maxVersion: 'TLSv1.2' });
    const end = closed(socket);
    // Whoever was answered has ended his handshake on both sides.
    await ask(first);
    await ask(await secured());
    await secured();
    await end;
    t.equal(recordTypes(Buffer.concat(came)).at(-1), ALERT, 'which it is told');
    await ended({ 'network-crowded': 1 });
  });
  await t.test('a client that has said all it wants gets its answers', async (t) => {
    const { secured } = await opened(t);
    const socket = await secured();
    const came: Buffer[] = [];
    socket.on('data', (octets: Buffer) => came.push(octets));
    const end = within(once(socket, 'end'), 'the end');
    socket.end(Buffer.concat([framed(query(ASKED)), framed(query(ASKED))]));
    await end;
    const octets = Buffer.concat(came);
    t.same(readReply(octets.subarray(2, octets.length / 2)).answers, ANSWER);
  });
});

t.test('nothing can be sent before the handshake is done, which could be replayed', { skip }, async (t) => {
  // It says what it knows when the connection ends.
  const { port } = await opened(t, { idle: 300 });
  const client = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-tls1_3'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  t.teardown(() => client.kill());
  let shown = '';
  const ticket = new Promise<string>((resolve) => {
    client.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      const found = /Max Early Data: (\d+)/.exec(shown)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  t.equal(await within(ticket, 'a ticket'), '0');
});

/**
 * Thousands of packets that no sane client sends: truncated, mutated and random ones over UDP and TCP. Each gets silence or
 * a response that belongs to it, and the server goes on unaffected.
 */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { below, type Random, seededRandom } from '../../src/platform/random.js';
import { framed, queryOctets, udpClient } from './dns-client.js';
import { CLIENTS } from './places.js';
import { within } from './program.js';
import { startServer } from './server.js';

const ZONE = `zone: dl.example.org
ns: [ns1.example.net]
pools: { "@": { probe: { type: none } } }
mirrors: { aurora: { addresses: [192.0.2.1, "2001:db8::1"] } }
records: { www: { CNAME: dl.example.org }, "*": { TXT: ["anything"] } }
`;
const PACKETS = 6000;

function mutated(random: Random, seeds: readonly Buffer[]): Buffer {
  const seed = Buffer.from(seeds[below(random, seeds.length)] ?? Buffer.alloc(0));
  const kind = below(random, 5);
  if (kind === 0) return Buffer.from(Array.from({ length: below(random, 600) }, () => below(random, 256)));
  if (kind === 1) return seed.subarray(0, below(random, seed.length));
  if (kind === 2)
    return Buffer.concat([
      seed,
      Buffer.from(Array.from({ length: 1 + below(random, 40) }, () => below(random, 256))),
    ]);
  for (let i = 0; i <= below(random, 6); i++) seed[below(random, seed.length)] = below(random, 256);
  return seed;
}

/** What is wrong with an answer to a packet, if anything. */
function faultOf(answer: Buffer, asked: Buffer | undefined): string | undefined {
  if (asked === undefined) return 'an answer to nothing';
  if (answer.length < 12) return 'an answer shorter than a header';
  if ((answer.readUInt16BE(2) & 0x8000) === 0) return 'an answer that is none';
  if ((asked.readUInt16BE(2) & 0x8000) !== 0) return 'an answer to a response';
  if (((answer.readUInt16BE(2) ^ asked.readUInt16BE(2)) & 0x7900) !== 0)
    return 'another opcode, or another RD';
  return answer.length > 1232 ? 'an answer above 1232 octets' : undefined;
}

const seeds = [
  queryOctets({ name: 'dl.example.org' }, 0),
  queryOctets({ name: 'dl.example.org', type: 'AAAA', subnet: CLIENTS.berlin }, 0),
  queryOctets({ name: 'www.dl.example.org', subnet: CLIENTS.berlinV6 }, 0),
  queryOctets({ name: `${'a.'.repeat(100)}dl.example.org`, type: 'TXT', subnet: '0.0.0.0/0' }, 0),
];

t.test('the server outlives all of them', async (t) => {
  const server = await startServer(t, { zones: { 'z.yaml': ZONE } });

  await t.test('over UDP', async (t) => {
    const random = seededRandom(53);
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    t.teardown(() => socket.close());
    await new Promise<void>((resolve) => socket.connect(server.port, '127.0.0.1', resolve));
    const sent = new Map<number, Buffer>();
    const faults: string[] = [];
    let answers = 0;
    /** The id of the query that ends a round: its answer comes after all others of one socket. */
    const SENTINEL = 0xffff;
    let passed = (): void => undefined;
    socket.on('message', (answer) => {
      const id = answer.length < 2 ? -1 : answer.readUInt16BE(0);
      if (id === SENTINEL) return passed();
      answers++;
      const fault = faultOf(answer, sent.get(id));
      if (fault !== undefined)
        faults.push(`${fault}: ${sent.get(id)?.toString('hex')} got ${answer.toString('hex')}`);
    });
    for (let i = 0; i < PACKETS; ) {
      // As many as surely fit into the buffers of both ends.
      for (const end = i + 100; i < end; i++) {
        const packet = mutated(random, seeds);
        if (packet.length >= 2) packet.writeUInt16BE(i, 0);
        sent.set(i, packet);
        socket.send(packet);
      }
      const round = new Promise<void>((resolve) => {
        passed = resolve;
      });
      socket.send(queryOctets({ name: 'dl.example.org' }, SENTINEL));
      await within(round, 'the answer to a good query among bad ones');
    }
    t.same(faults, []);
    t.ok(answers > PACKETS / 10 && answers < PACKETS, `${answers} of ${PACKETS} were answered`);
  });

  await t.test('over TCP', async (t) => {
    const random = seededRandom(35);
    const talk = (octets: Buffer): Promise<void> =>
      within(
        new Promise<void>((resolve) => {
          const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
          socket.on('error', () => undefined);
          socket.on('close', () => resolve());
          socket.on('end', () => socket.destroy());
          socket.resume();
          socket.end(octets);
        }),
        'the end of a connection',
      );
    for (let round = 0; round < 30; round++) {
      await Promise.all(
        Array.from({ length: 20 }, () => {
          // Half of them are framed as they should be, ten to a connection; the rest is noise from the first octet on.
          const packets = Array.from({ length: 10 }, () => mutated(random, seeds));
          return talk(Buffer.concat(below(random, 2) === 0 ? packets.map(framed) : packets));
        }),
      );
    }
    t.pass('every connection came to an end');
  });

  await t.test('of every size', async (t) => {
    await largeDatagrams(t, server.port);
  });

  const client = await udpClient(t, server);
  t.same(await client.addresses({ name: 'dl.example.org' }), ['192.0.2.1']);
  const { worker_deaths } = await server.status();
  t.equal(worker_deaths, 0);
  t.same(
    // The copy of the database is made when there is time.
    server.log.lines.map(({ event }) => event).filter((event) => event !== 'database-kept'),
    ['serving', 'ready'],
    'and had nothing to say about it',
  );
});

/** Datagrams of no octet at all and of as many as there can be. */
async function largeDatagrams(t: Test, port: number): Promise<void> {
  const client = await udpClient(t, { port });
  const socket = createSocket('udp4');
  t.teardown(() => socket.close());
  await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve));
  const query = queryOctets({ name: 'dl.example.org' }, 1);
  for (const size of [0, 1, 11, 12, 4096, 65_507]) {
    const octets = Buffer.alloc(size);
    query.copy(octets);
    await new Promise<void>((resolve, reject) => {
      socket.send(octets, (error) => (error === null ? resolve() : reject(error)));
    });
    t.same(await client.addresses({ name: 'dl.example.org' }), ['192.0.2.1'], `after ${size} octets`);
  }
}

/**
 * A service on loopback, with both kinds of UDP workers, and clients of it that send any octets they like.
 */
import { createSocket } from 'node:dgram';
import { connect, isIPv6, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { Test } from 'tap';
import type { AnswerTable } from '../../src/answer/table.js';
import { systemClock } from '../../src/platform/clock.js';
import { loadLibc } from '../../src/platform/libc.js';
import { openService, type Service, type ServiceOptions, type Transport } from '../../src/server/service.js';
import { makeTable } from '../compile/make-table.js';
import { type Asked, query, type Reply, readReply, withWord, word } from '../dns-message.js';
import { until, within } from '../e2e/program.js';
import { createRecordingLog, type RecordingLog } from '../health/recording-log.js';

/** A zone with something to say, its table, a question to it, and the answer. */
export const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": {} }
mirrors: { one: { addresses: [192.0.2.1] } }
records: { "@": { TXT: [here] } }
`;
export const { table: TABLE } = makeTable([ZONE]);
export const ASKED = { name: 'dl.example.org', type: 'TXT' } as const;
export const ANSWER = ['dl.example.org 3600 IN TXT "here"'];

/** The ways that this host has. */
export const TRANSPORTS: readonly Transport[] =
  'unavailable' in (await loadLibc()) ? ['portable'] : ['batched', 'portable'];

export interface Opened {
  readonly service: Service;
  readonly log: RecordingLog;
  /** The ports of the endpoints, in their order. */
  readonly ports: readonly number[];
  readonly port: number;
}

/** Opens a service on free ports of some hosts; it is stopped when the test ends. */
export async function openOn(
  t: Test,
  transport: Transport,
  table: AnswerTable,
  hosts: readonly string[] = ['127.0.0.1'],
  options: Partial<ServiceOptions> = {},
): Promise<Opened> {
  const log = createRecordingLog();
  const service = await openService({
    listen: hosts.map((host) => ({ host, port: 0 })),
    workers: 2,
    table,
    clock: systemClock,
    log,
    batched: transport === 'batched',
    ...options,
  });
  t.teardown(() => service.stop());
  const ports = service.endpoints.map(({ port }) => port);
  return { service, log, ports, port: ports[0] ?? 0 };
}

export interface UdpClient {
  /** Sends octets that nobody may answer. */
  send(message: Uint8Array): void;
  /** Asks and gives the answer. Nothing is sent twice. */
  ask(asked: Asked): Promise<Reply>;
  /** Sends a message and gives the answer to it, known by its first two octets. */
  exchange(message: Uint8Array): Promise<Reply>;
  /** Sent, and not answered yet. */
  waiting(): number;
}

/** A client with a port of its own that takes answers from nobody but the address it asks. */
export async function udpClient(t: Test, port: number, host = '127.0.0.1'): Promise<UdpClient> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.connect(port, host, resolve);
  });
  t.teardown(() => socket.close());
  socket.on('error', () => undefined);
  const waiting = new Map<number, (reply: Reply) => void>();
  let id = 0;
  socket.on('message', (octets) => {
    const reply = readReply(octets);
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  const exchange = (message: Uint8Array): Promise<Reply> => {
    id++;
    const own = id;
    const answered = new Promise<Reply>((resolve) => waiting.set(own, resolve));
    socket.send(withWord(message, 0, own));
    return within(answered, `an answer from ${host} over UDP`);
  };
  return {
    send: (message) => socket.send(message),
    ask: (asked) => exchange(query(asked)),
    exchange,
    waiting: () => waiting.size,
  };
}

/** Several queries in one write on a connection of their own, and the answers to them. */
export async function askOverTcp(
  port: number,
  asked: readonly Asked[],
  host = '127.0.0.1',
): Promise<Reply[]> {
  const socket = await connection(port, host);
  try {
    const replies = new Promise<Reply[]>((resolve, reject) => {
      let came = Buffer.alloc(0);
      const read: Reply[] = [];
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('the server closed the connection')));
      socket.on('data', (octets: Buffer) => {
        came = Buffer.concat([came, octets]);
        while (came.length >= 2 && came.length >= 2 + came.readUInt16BE(0)) {
          const end = 2 + came.readUInt16BE(0);
          read.push(readReply(came.subarray(2, end)));
          came = came.subarray(end);
        }
        if (read.length === asked.length) resolve(read);
      });
    });
    socket.write(Buffer.concat(asked.map((one) => framed(query(one)))));
    return await within(replies, `answers from ${host} over TCP`);
  } finally {
    socket.destroy();
  }
}

/** A connection that is open; `from` is its own address. */
export function connection(port: number, host = '127.0.0.1', from?: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const own = from === undefined ? {} : { localAddress: from };
    const socket = connect({ port, host, noDelay: true, ...own }, () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/** A message as TCP carries it. */
export function framed(message: Uint8Array): Buffer {
  return Buffer.concat([word(message.length), message]);
}

/** Waits until `look` gives what is expected. */
export async function settles<T>(t: Test, look: () => T, expected: T, what: string): Promise<void> {
  const agreed = until(() => (isDeepStrictEqual(look(), expected) ? true : undefined), what);
  await agreed.catch(() => undefined);
  t.same(look(), expected, what);
}

/**
 * A DNS client on a raw socket: sends what a resolver sends, and parses the answer. To the server, each socket is one
 * client address and port.
 */
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { type DecodedPacket, decode, encode, type RecordType } from 'dns-packet';
import type { Scope } from '../scope.js';
import { within } from './program.js';
import { noteTrace } from './traces.js';

export interface Asked {
  readonly name: string;
  /** Default A. */
  readonly type?: RecordType;
  /** A client subnet, such as 192.0.2.0/24. */
  readonly subnet?: string;
}

export interface DnsClient {
  ask(asked: Asked): Promise<DecodedPacket>;
  /** The addresses in the answer, in its order. */
  addresses(asked: Asked): Promise<readonly string[]>;
}

export interface ClientOptions {
  readonly port: number;
  /** The server's; default 127.0.0.1. */
  readonly host?: string;
  /** The client's own. */
  readonly from?: string;
}

/** A query's octets. */
export function queryOctets({ name, type = 'A', subnet }: Asked, id: number): Buffer {
  const [ip = '', length] = (subnet ?? '').split('/');
  noteTrace(ip);
  return encode({
    type: 'query',
    id,
    questions: [{ name, type, class: 'IN' }],
    additionals:
      subnet === undefined
        ? []
        : [
            {
              type: 'OPT',
              name: '.',
              udpPayloadSize: 1232,
              extendedRcode: 0,
              ednsVersion: 0,
              flags: 0,
              flag_do: false,
              options: [{ code: 8, ip, family: isIPv6(ip) ? 2 : 1, sourcePrefixLength: Number(length) }],
            },
          ],
  });
}

/** The addresses of an answer section, in its order. */
export function addressesOf({ answers = [] }: Pick<DecodedPacket, 'answers'>): string[] {
  return answers.flatMap((answer) => (answer.type === 'A' || answer.type === 'AAAA' ? [answer.data] : []));
}

/** A client over UDP, closed when the test ends. No query is sent twice: on loopback none gets lost. */
export async function udpClient(
  t: Scope,
  { port, host = '127.0.0.1', from }: ClientOptions,
): Promise<DnsClient> {
  const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 });
  if (from !== undefined) noteTrace(from);
  const waiting = new Map<number, (packet: DecodedPacket) => void>();
  let id = 0;
  await new Promise<void>((resolve) =>
    socket.bind({ port: 0, ...(from !== undefined && { address: from }) }, resolve),
  );
  await new Promise<void>((resolve) => socket.connect(port, host, resolve));
  t.teardown(() => socket.close());
  socket.on('error', () => undefined);
  socket.on('message', (octets) => {
    const packet = decode(octets);
    const settle = waiting.get(packet.id ?? -1);
    waiting.delete(packet.id ?? -1);
    settle?.(packet);
  });
  const ask = (asked: Asked): Promise<DecodedPacket> => {
    id = (id + 1) % 65536;
    const own = id;
    const answered = new Promise<DecodedPacket>((resolve) => {
      waiting.set(own, resolve);
      socket.send(queryOctets(asked, own));
    });
    return within(answered, `an answer for ${asked.name}`);
  };
  return { ask, addresses: async (asked) => addressesOf(await ask(asked)) };
}

/** One query over a TCP connection of its own. */
export async function askOverTcp(
  { port, host = '127.0.0.1' }: ClientOptions,
  asked: Asked,
): Promise<DecodedPacket> {
  const [answer] = await exchangeTcp({ port, host }, [framed(queryOctets(asked, 1))], 1);
  if (answer === undefined) throw new Error(`no answer for ${asked.name} over TCP`);
  return decode(answer);
}

/** A message as TCP carries it. */
export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/**
 * Writes the pieces one after the other, then half-closes, and gives the messages that come back, `expected` of them or
 * those that came before the server closed.
 */
export function exchangeTcp(
  { port, host = '127.0.0.1' }: ClientOptions,
  pieces: readonly Buffer[],
  expected: number,
): Promise<Buffer[]> {
  const talk = new Promise<Buffer[]>((resolve, reject) => {
    const socket = connect({ port, host, noDelay: true, allowHalfOpen: true });
    let came = Buffer.alloc(0);
    const messages: Buffer[] = [];
    const finish = (): void => {
      socket.destroy();
      resolve(messages);
    };
    socket.on('error', reject);
    socket.on('end', finish);
    socket.on('data', (octets: Buffer) => {
      came = Buffer.concat([came, octets]);
      while (came.length >= 2 && came.length >= 2 + came.readUInt16BE(0)) {
        const end = 2 + came.readUInt16BE(0);
        messages.push(came.subarray(2, end));
        came = came.subarray(end);
      }
      if (messages.length === expected) finish();
    });
    socket.on('connect', () => {
      const writeNext = (i: number): void => {
        const piece = pieces[i];
        if (piece === undefined) socket.end();
        // A write that has its own turn is a segment of its own.
        else socket.write(piece, () => setImmediate(writeNext, i + 1));
      };
      writeNext(0);
    });
  });
  return within(talk, 'answers over TCP');
}

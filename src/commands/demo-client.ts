/**
 * Asks the demo's server as a resolver would: UDP queries that carry the client's network (RFC 7871), one at a time.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { addressFromBytes, parseAddress } from '../ip/address.js';
import { GeopoolError } from '../platform/errors.js';
import type { Endpoint } from '../server/endpoint.js';
import { answersIn } from '../wire/answers.js';
import { newClientSubnet, subnetOptionLength, writeSubnetOption } from '../wire/client-subnet.js';
import { CLASS, TYPE } from '../wire/codes.js';
import { encodeName } from '../wire/names.js';

export interface DemoClient {
  /** The addresses that clients in an IPv4 /24 get, in the order of the answer. Rejects if none comes within 2 s. */
  ask(network: string): Promise<readonly string[]>;
  close(): void;
}

const PATIENCE = 2000;
/** Octets of a message's header (RFC 1035 §4.1.1), and of a question's type and class. */
const HEADER = 12;
const TYPE_AND_CLASS = 4;
/** The largest answer that is accepted: the server's own limit. */
const UDP_SIZE = 1232;

/** A client that asks the server for the A records of `name`. */
export async function openClient({ host, port }: Endpoint, name: string): Promise<DemoClient> {
  const socket = createSocket('udp4');
  socket.connect(port, host);
  await once(socket, 'connect');
  // An error may come when no answer is awaited any more.
  socket.on('error', () => undefined);
  let id = 0;
  return {
    async ask(network) {
      id = (id + 1) & 0xffff;
      const reply = replyTo(socket, id);
      socket.send(encodeQuestion(id, name, network));
      return answersIn(await reply, TYPE.A).map(({ data }) => addressFromBytes(data).text);
    },
    close: () => socket.close(),
  };
}

function replyTo(socket: Socket, id: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      socket.off('message', onMessage);
      socket.off('error', onError);
      end();
    };
    const fail = (reason: string): void =>
      settle(() => reject(new GeopoolError('SERVER_UNREACHABLE', `the demo's server: ${reason}`)));
    const onError = (error: Error): void => fail(error.message);
    const onMessage = (message: Buffer): void => {
      if (message.length > HEADER && message.readUInt16BE(0) === id) settle(() => resolve(message));
    };
    const timer = setTimeout(() => fail('no answer'), PATIENCE);
    socket.on('message', onMessage);
    socket.on('error', onError);
  });
}

function encodeQuestion(id: number, name: string, network: string): Uint8Array {
  const owner = encodeName(name);
  const subnet = newClientSubnet();
  subnet.family = 1;
  subnet.source = 24;
  subnet.address.set(parseAddress(network)?.bytes ?? []);
  const option = HEADER + owner.length + TYPE_AND_CLASS;
  const bytes = new Uint8Array(option + 11 + subnetOptionLength(subnet));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, id);
  // One question, and one additional record: the OPT.
  view.setUint16(4, 1);
  view.setUint16(10, 1);
  bytes.set(owner, HEADER);
  view.setUint16(option - 4, TYPE.A);
  view.setUint16(option - 2, CLASS.IN);
  // RFC 6891 §6.1.2: the root as owner, the size of UDP answers as class, flags of 0.
  view.setUint16(option + 1, TYPE.OPT);
  view.setUint16(option + 3, UDP_SIZE);
  view.setUint16(option + 9, subnetOptionLength(subnet));
  writeSubnetOption(view, option + 11, subnet, 0);
  return bytes;
}

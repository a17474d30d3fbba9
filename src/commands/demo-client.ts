/**
 * Asks the demo's server as a resolver would: a UDP query with the client's network in it (RFC 7871), one at a time.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { GeopoolError } from '../errors.js';
import { addressFromBytes, parseAddress } from '../ip/address.js';
import type { Endpoint } from '../net/endpoint.js';
import { newClientSubnet, subnetOptionLength, writeSubnetOption } from '../wire/client-subnet.js';
import { CLASS, TYPE } from '../wire/codes.js';
import { encodeName } from '../wire/names.js';

export interface DemoClient {
  /** The addresses answered to clients in an IPv4 /24, in their order. Rejects where no answer comes within 2 s. */
  ask(network: string): Promise<readonly string[]>;
  close(): void;
}

const PATIENCE = 2000;
/** Octets of the header of a message (RFC 1035 §4.1.1), and of type and class. */
const HEADER = 12;
const TYPE_AND_CLASS = 4;
/** The largest answer that is taken, as the server's own ceiling. */
const UDP_SIZE = 1232;

/** A client that asks the server for the A records of `name`. */
export async function openClient({ host, port }: Endpoint, name: string): Promise<DemoClient> {
  const socket = createSocket('udp4');
  socket.connect(port, host);
  await once(socket, 'connect');
  let id = 0;
  return {
    async ask(network) {
      id = (id + 1) & 0xffff;
      const reply = replyTo(socket, id);
      socket.send(encodeQuestion(id, name, network));
      return readAddresses(await reply);
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

/** The addresses of the A records of an answer to one question. */
function readAddresses(message: Buffer): string[] {
  let at = afterName(message, HEADER) + TYPE_AND_CLASS;
  const addresses: string[] = [];
  for (let left = message.readUInt16BE(6); left > 0; left--) {
    at = afterName(message, at);
    const type = message.readUInt16BE(at);
    const size = message.readUInt16BE(at + 8);
    at += 10;
    if (type === TYPE.A) addresses.push(addressFromBytes(message.subarray(at, at + size)).text);
    at += size;
  }
  return addresses;
}

/** Behind a name, whose last octets may be a pointer (RFC 1035 §4.1.4). */
function afterName(message: Buffer, at: number): number {
  let next = at;
  for (;;) {
    const octet = message.readUInt8(next);
    if (octet >= 0xc0) return next + 2;
    if (octet === 0) return next + 1;
    next += 1 + octet;
  }
}

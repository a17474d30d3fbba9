/**
 * Datagrams that no ordinary socket can send: from any address and port. That takes a raw socket, so root, and koffi.
 */
import { parseAddress } from '../../src/ip/address.js';
import { octets, word } from '../dns-message.js';

export interface Flow {
  readonly from: string;
  readonly fromPort: number;
  readonly to: string;
  readonly port: number;
}

export interface RawSocket {
  /** Sends a datagram, by the family of its addresses. Throws where the kernel does not take it. */
  send(flow: Flow, data: Uint8Array): void;
  close(): void;
}

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_RAW = 3;
/** What is written begins with the IP header (raw(7)). */
const IPPROTO_RAW = 255;
const UDP = 17;

/** A raw socket, or why there can be none. */
export async function openRaw(): Promise<RawSocket | { readonly unavailable: string }> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { unavailable: 'it takes root on Linux' };
  const koffi = await import('koffi').then(
    (module) => module.default,
    () => undefined,
  );
  if (koffi === undefined) return { unavailable: 'koffi can’t be loaded' };
  const library = koffi.load(null);
  const socket = library.func('socket', 'int', ['int', 'int', 'int']);
  const sendto = library.func('sendto', 'long', [
    'int',
    'uint8_t *',
    'size_t',
    'int',
    'uint8_t *',
    'uint32_t',
  ]);
  const close = library.func('close', 'int', ['int']);
  const fd: number = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  if (fd < 0) return { unavailable: `no raw socket: errno ${koffi.errno()}` };
  // -1 where the host has no IPv6.
  const fd6: number = socket(AF_INET6, SOCK_RAW, IPPROTO_RAW);
  return {
    send(flow, data) {
      const to = addressOctets(flow.to);
      const ipv6 = to.length === 16;
      const packet = ipv6 ? datagram6(flow, data) : datagram(flow, data);
      // The family is in the host's byte order.
      const name = octets(
        new Uint8Array(Uint16Array.of(ipv6 ? AF_INET6 : AF_INET).buffer),
        new Uint8Array(ipv6 ? 6 : 2),
        to,
        new Uint8Array(ipv6 ? 4 : 8),
      );
      const sent: number = sendto(ipv6 ? fd6 : fd, packet, packet.length, 0, name, name.length);
      if (sent !== packet.length) throw new Error(`sendto gives ${sent}, errno ${koffi.errno()}`);
    },
    close() {
      close(fd);
      close(fd6);
    },
  };
}

/** RFC 791 §3.1 and RFC 768; the kernel fills in what is 0 of the IP header, and a UDP checksum of 0 is none. */
function datagram({ from, fromPort, to, port }: Flow, data: Uint8Array): Uint8Array {
  return octets(
    Uint8Array.of(0x45, 0),
    word(28 + data.length),
    word(0),
    word(0),
    Uint8Array.of(64, UDP),
    word(0),
    addressOctets(from),
    addressOctets(to),
    word(fromPort),
    word(port),
    word(8 + data.length),
    word(0),
    data,
  );
}

/** RFC 8200 §3, and §8.1: here a checksum is due, over the addresses, the length and the protocol too. */
function datagram6({ from, fromPort, to, port }: Flow, data: Uint8Array): Uint8Array {
  const addresses = octets(addressOctets(from), addressOctets(to));
  const length = word(8 + data.length);
  const udp = (sum: number): Uint8Array => octets(word(fromPort), word(port), length, word(sum), data);
  const summed = octets(addresses, word(0), length, word(0), word(UDP), udp(0));
  let sum = 0;
  for (const [at, octet] of summed.entries()) sum += at % 2 === 0 ? octet << 8 : octet;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return octets(
    Uint8Array.of(0x60, 0, 0, 0),
    length,
    Uint8Array.of(UDP, 64),
    addresses,
    udp(~sum & 0xffff || 0xffff),
  );
}

function addressOctets(text: string): Uint8Array {
  const address = parseAddress(text);
  if (address === null) throw new Error(`${text} is no address`);
  return address.bytes;
}

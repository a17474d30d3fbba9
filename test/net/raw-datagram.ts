/**
 * Datagrams as no socket sends them: from any address and port of this host's loopback. That takes a raw socket, so root,
 * and koffi.
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
  /** Sends a datagram over IPv4. Throws where the kernel does not take it. */
  send(flow: Flow, data: Uint8Array): void;
  close(): void;
}

const AF_INET = 2;
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
  return {
    send(flow, data) {
      const packet = datagram(flow, data);
      // The family is in the host's byte order.
      const name = octets(
        new Uint8Array(Uint16Array.of(AF_INET).buffer),
        word(0),
        addressOctets(flow.to),
        new Uint8Array(8),
      );
      const sent: number = sendto(fd, packet, packet.length, 0, name, name.length);
      if (sent !== packet.length) throw new Error(`sendto gives ${sent}, errno ${koffi.errno()}`);
    },
    close: () => void close(fd),
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

function addressOctets(text: string): Uint8Array {
  const address = parseAddress(text);
  if (address === null) throw new Error(`${text} is no address`);
  return address.bytes;
}

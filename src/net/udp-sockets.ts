/**
 * The UDP sockets of batched workers. The main thread opens and owns them: a worker that dies leaves its socket with the
 * datagrams that wait in it to its replacement, where a socket of its own would go on being fed by SO_REUSEPORT with
 * nobody to answer.
 */
import { parseAddress } from '../ip/address.js';
import { errorName, LINUX, type Libc, SOCKADDR, sockaddr } from '../libc.js';
import type { Log } from '../log.js';
import { type Endpoint, formatEndpoint } from './endpoint.js';

export interface UdpSocket {
  readonly fd: number;
  readonly endpoint: Endpoint;
  readonly ipv6: boolean;
  /** Bound to all addresses: a reply must be told which one to leave from. */
  readonly wildcard: boolean;
  /** Whether this host has the address already. If not, it is answered as soon as the host has. */
  readonly present: boolean;
  /** Octets of answers that may wait to leave, by the kernel's reckoning: twice what was asked for where it gives that. */
  readonly sendBuffer: number;
}

/** Why a socket can't be opened: the name of the system's error. */
export class SocketFault extends Error {
  readonly code: string;
  readonly endpoint: Endpoint;

  constructor(endpoint: Endpoint, code: string) {
    super(`${formatEndpoint(endpoint)}: ${code}`);
    this.code = code;
    this.endpoint = endpoint;
  }
}

/** Octets that may wait in a socket: the kernel gives what net.core.rmem_max allows of it. */
export const RECEIVE_BUFFER = 4 << 20;
/**
 * Octets of answers that may wait to leave. Those to a neighbour that does not exist wait three seconds for its hardware
 * address, so whoever forges questions from the server's own subnet decides how many there are; what is full sends nothing
 * to anybody. With CAP_NET_ADMIN the kernel gives all of it, else what net.core.wmem_max allows.
 */
export const SEND_BUFFER = 4 << 20;
/** Milliseconds after which a worker without a datagram looks whether it should end. */
const RECEIVE_TIMEOUT = 200;

/** Opens `count` sockets that share one endpoint; throws a SocketFault, and leaves none open, where that can't be. */
export function openUdpSockets(libc: Libc, endpoint: Endpoint, count: number): UdpSocket[] {
  // Sockets with SO_REUSEPORT let any other of the same user in: first make sure that nobody is there.
  closeUdpSocket(libc, openUdpSocket(libc, endpoint, false));
  const sockets: UdpSocket[] = [];
  try {
    for (let i = 0; i < count; i++) {
      sockets.push(openUdpSocket(libc, sockets[0]?.endpoint ?? endpoint, count > 1));
    }
    return sockets;
  } catch (error) {
    for (const socket of sockets) closeUdpSocket(libc, socket);
    throw error;
  }
}

/** Says so where the kernel gives so little that a handful of forged questions fills it. */
export function tellOfSmallBuffers(sockets: readonly Pick<UdpSocket, 'sendBuffer'>[], log: Log): void {
  const least = Math.min(...sockets.map(({ sendBuffer }) => sendBuffer));
  if (least >= SEND_BUFFER) return;
  log.warn(
    { event: 'send-buffer-small', octets: least },
    `only ${least >> 10} KiB of answers may wait to leave, which questions forged from neighbours that do not exist can fill: set net.core.wmem_max to ${SEND_BUFFER} (systemd/geopool.sysctl.conf)`,
  );
}

export function closeUdpSocket(libc: Libc, { fd }: UdpSocket): void {
  libc.close(fd);
}

function openUdpSocket(libc: Libc, endpoint: Endpoint, shared: boolean): UdpSocket {
  const address = parseAddress(endpoint.host);
  if (address === null) throw new SocketFault(endpoint, 'EADDRNOTAVAIL');
  const ipv6 = address.family === 'ipv6';
  const wildcard = address.bytes.every((byte) => byte === 0);
  const fd = libc.socket(ipv6 ? LINUX.AF_INET6 : LINUX.AF_INET, LINUX.SOCK_DGRAM | LINUX.SOCK_CLOEXEC, 0);
  if (fd < 0) throw new SocketFault(endpoint, errorName(libc.errno()));
  const check = (result: number): void => {
    if (result >= 0) return;
    const code = errorName(libc.errno());
    libc.close(fd);
    throw new SocketFault(endpoint, code);
  };
  const set = (level: number, name: number, ...words: number[]): void =>
    check(libc.setsockopt(fd, level, name, octets(words), words.length * 4));
  if (shared) set(LINUX.SOL_SOCKET, LINUX.SO_REUSEPORT, 1);
  set(LINUX.SOL_SOCKET, LINUX.SO_RCVBUF, RECEIVE_BUFFER);
  if (libc.setsockopt(fd, LINUX.SOL_SOCKET, LINUX.SO_SNDBUFFORCE, octets([SEND_BUFFER]), 4) < 0)
    set(LINUX.SOL_SOCKET, LINUX.SO_SNDBUF, SEND_BUFFER);
  // A timeval: two words of 64 bits, seconds and microseconds.
  set(LINUX.SOL_SOCKET, LINUX.SO_RCVTIMEO, 0, 0, RECEIVE_TIMEOUT * 1000, 0);
  // RFC 9715 §3.1: answers are not to be broken up on their way. Nearly any path takes the largest, so they go with "don't
  // fragment" set, and nobody who forges messages of smaller paths is believed; what this host's interface does not take is
  // refused and made smaller (shrink.ts). (That spares the kernel an identification for each, too: 1 % of an answer's work.)
  if (ipv6) set(LINUX.IPPROTO_IPV6, LINUX.IPV6_MTU_DISCOVER, LINUX.PMTUDISC_PROBE);
  else set(LINUX.IPPROTO_IP, LINUX.IP_MTU_DISCOVER, LINUX.PMTUDISC_PROBE);
  if (ipv6) set(LINUX.IPPROTO_IPV6, LINUX.IPV6_V6ONLY, 1);
  if (wildcard && ipv6) set(LINUX.IPPROTO_IPV6, LINUX.IPV6_RECVPKTINFO, 1);
  if (wildcard && !ipv6) set(LINUX.IPPROTO_IP, LINUX.IP_PKTINFO, 1);
  const name = sockaddr(endpoint, address.bytes);
  let bound = libc.bind(fd, name, name.length);
  const present = bound === 0 || errorName(libc.errno()) !== 'EADDRNOTAVAIL';
  if (!present) {
    if (ipv6) set(LINUX.IPPROTO_IPV6, LINUX.IPV6_FREEBIND, 1);
    else set(LINUX.IPPROTO_IP, LINUX.IP_FREEBIND, 1);
    bound = libc.bind(fd, name, name.length);
  }
  check(bound);
  check(libc.getsockname(fd, name, octets([SOCKADDR.ipv6])));
  const port = new DataView(name.buffer).getUint16(2);
  const sendBuffer = octets([0]);
  check(libc.getsockopt(fd, LINUX.SOL_SOCKET, LINUX.SO_SNDBUF, sendBuffer, octets([sendBuffer.length])));
  return {
    fd,
    endpoint: { host: endpoint.host, port },
    ipv6,
    wildcard,
    present,
    sendBuffer: new DataView(sendBuffer.buffer).getUint32(0, true),
  };
}

function octets(words: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(words).buffer);
}

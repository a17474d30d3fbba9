/**
 * The UDP sockets of batched workers. The main thread opens and owns them: a worker that dies leaves its socket with the
 * datagrams that wait in it to its replacement, where a socket of its own would go on being fed by SO_REUSEPORT with
 * nobody to answer.
 */
import { LINUX, type Libc } from '../platform/libc.js';
import type { Log } from '../platform/log.js';
import {
  adoptSocket,
  type BoundSocket,
  bindSocket,
  type Descriptor,
  getOption,
  type SetOption,
  SocketFault,
  setOption,
} from './bound-socket.js';
import { type Endpoint, isWildcard } from './endpoint.js';

export interface UdpSocket extends BoundSocket {
  /** Octets of answers that may wait to leave, by the kernel's reckoning: twice what was asked for where it gives that. */
  readonly sendBuffer: number;
  /** The same of questions that may wait to be read. */
  readonly receiveBuffer: number;
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
export const RECEIVE_TIMEOUT = 100;
/** The same of one that is about to be told to. */
const LAST_TIMEOUT = 5;

/**
 * Opens `count` sockets that share one endpoint, those that were handed on among them; throws a SocketFault, and leaves none
 * open, where that can't be. They are fewer where the one that is there is not to be shared, such as one of another user.
 */
export function openUdpSockets(
  libc: Libc,
  endpoint: Endpoint,
  count: number,
  inherited: readonly Descriptor[] = [],
): UdpSocket[] {
  const sockets: UdpSocket[] = [];
  try {
    for (const descriptor of inherited) {
      if (sockets.length === count) break;
      const options = (set: SetOption): void => prepare(endpoint, count > 1, set);
      const socket = adoptSocket(libc, 'udp', endpoint, descriptor, options);
      if (socket !== undefined) sockets.push(withBuffers(libc, socket));
    }
    // Sockets with SO_REUSEPORT let any other of the same user in: first make sure that nobody is there.
    const taken = sockets.length;
    if (taken === 0) closeUdpSocket(libc, openUdpSocket(libc, endpoint, false));
    for (let i = taken; i < count; i++) {
      try {
        sockets.push(openUdpSocket(libc, sockets[0]?.endpoint ?? endpoint, count > 1));
      } catch (error) {
        if (taken === 0 || !(error instanceof SocketFault) || error.code !== 'EADDRINUSE') throw error;
        break;
      }
    }
    return sockets;
  } catch (error) {
    for (const socket of sockets) closeUdpSocket(libc, socket);
    throw error;
  }
}

/** Has those who wait on a socket look soon, and from now on again and again, whether they should end. */
export function shortenReceiveTimeout(libc: Libc, { fd }: UdpSocket): void {
  setOption(libc, fd, LINUX.SOL_SOCKET, LINUX.SO_RCVTIMEO, timeout(LAST_TIMEOUT));
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
  const options = (set: SetOption): void => prepare(endpoint, shared, set);
  return withBuffers(libc, bindSocket(libc, 'udp', endpoint, options));
}

function prepare(endpoint: Endpoint, shared: boolean, set: SetOption): void {
  if (shared) set(LINUX.SOL_SOCKET, LINUX.SO_REUSEPORT, 1);
  set(LINUX.SOL_SOCKET, LINUX.SO_RCVTIMEO, ...timeout(RECEIVE_TIMEOUT));
  // RFC 9715 §3.1: answers are not to be broken up on their way. Nearly any path takes the largest, so they go with "don't
  // fragment" set, and nobody who forges messages of smaller paths is believed; what this host's interface does not take is
  // refused and made smaller (shrink.ts). (That spares the kernel an identification for each, too: 1 % of an answer's work.)
  const ipv6 = endpoint.host.includes(':');
  if (ipv6) set(LINUX.IPPROTO_IPV6, LINUX.IPV6_MTU_DISCOVER, LINUX.PMTUDISC_PROBE);
  else set(LINUX.IPPROTO_IP, LINUX.IP_MTU_DISCOVER, LINUX.PMTUDISC_PROBE);
  if (!isWildcard(endpoint)) return;
  if (ipv6) set(LINUX.IPPROTO_IPV6, LINUX.IPV6_RECVPKTINFO, 1);
  else set(LINUX.IPPROTO_IP, LINUX.IP_PKTINFO, 1);
}

/** A timeval: two words of 64 bits, seconds and microseconds. */
function timeout(ms: number): number[] {
  return [0, 0, ms * 1000, 0];
}

/** With as large buffers as there may be. */
function withBuffers(libc: Libc, socket: BoundSocket): UdpSocket {
  enlarge(libc, socket, LINUX.SO_RCVBUF, RECEIVE_BUFFER);
  enlarge(libc, socket, LINUX.SO_SNDBUF, SEND_BUFFER);
  const sendBuffer = getOption(libc, socket.fd, LINUX.SO_SNDBUF);
  return { ...socket, sendBuffer, receiveBuffer: getOption(libc, socket.fd, LINUX.SO_RCVBUF) };
}

/** What a socket came with may be more than this process would be given, and is not to become less. */
function enlarge(libc: Libc, { fd, from }: BoundSocket, name: number, octets: number): void {
  if (from !== undefined && getOption(libc, fd, name) >= given(libc, name, octets)) return;
  ask(libc, fd, name, octets);
}

/** Octets that a socket gets which asks for these, by the kernel's reckoning. */
function given(libc: Libc, name: number, octets: number): number {
  const fd = libc.socket(LINUX.AF_INET, LINUX.SOCK_DGRAM | LINUX.SOCK_CLOEXEC, 0);
  ask(libc, fd, name, octets);
  const size = getOption(libc, fd, name);
  libc.close(fd);
  return size;
}

function ask(libc: Libc, fd: number, name: number, octets: number): void {
  const set = (option: number): number => setOption(libc, fd, LINUX.SOL_SOCKET, option, [octets]);
  if (name !== LINUX.SO_SNDBUF || set(LINUX.SO_SNDBUFFORCE) < 0) set(name);
}

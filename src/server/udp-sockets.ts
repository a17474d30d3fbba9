/**
 * The UDP sockets of batched workers. The main thread opens and owns them. If a worker dies, its replacement takes over the
 * socket and the datagrams that wait in it. If the worker owned the socket, SO_REUSEPORT would go on feeding it with no
 * thread there to answer.
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
  /** Octets of answers that may wait to leave, as the kernel counts them: twice what was asked for, if it grants that. */
  readonly sendBuffer: number;
  /** The same for queries that wait to be read. */
  readonly receiveBuffer: number;
}

/** Octets of queries that may wait in a socket; the kernel grants as much of it as net.core.rmem_max allows. */
export const RECEIVE_BUFFER = 4 << 20;
/**
 * Octets of answers that may wait to leave. Answers to a neighbour that does not exist wait three seconds for its hardware
 * address, so a client that forges queries from the server's own subnet decides how many there are. A socket whose buffer is
 * full sends nothing to any client. With CAP_NET_ADMIN the kernel grants all of it, otherwise what net.core.wmem_max allows.
 */
export const SEND_BUFFER = 4 << 20;
/** Milliseconds after which a worker without a datagram checks whether it should end. */
export const RECEIVE_TIMEOUT = 100;
/** The same for a worker that is about to be told to end. */
const LAST_TIMEOUT = 5;

/**
 * Opens `count` sockets that share one endpoint, using the ones handed on first. If that fails, throws a SocketFault and
 * leaves none open. There are fewer than `count` if a socket that was handed on can't be shared, for example because another
 * user opened it.
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
    // SO_REUSEPORT lets in any other socket of the same user, so first make sure that no other program listens there.
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

/** Makes the workers that wait on a socket check, soon and often, whether they should end. */
export function shortenReceiveTimeout(libc: Libc, { fd }: UdpSocket): void {
  setOption(libc, fd, LINUX.SOL_SOCKET, LINUX.SO_RCVTIMEO, timeout(LAST_TIMEOUT));
}

/** Warns if the kernel grants so little that a handful of forged queries fills it. */
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
  // RFC 9715 §3.1: answers must not be fragmented on their way. Nearly every path takes the largest answer, so answers go
  // out with "don't fragment" set, and forged messages about smaller paths are ignored. An answer too large for this host's
  // own interface is refused and made smaller (shrink.ts). This also spares the kernel an identification for each answer: 1
  // % of the work.
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

/** Makes the buffers as large as the kernel allows. */
function withBuffers(libc: Libc, socket: BoundSocket): UdpSocket {
  enlarge(libc, socket, LINUX.SO_RCVBUF, RECEIVE_BUFFER);
  enlarge(libc, socket, LINUX.SO_SNDBUF, SEND_BUFFER);
  const sendBuffer = getOption(libc, socket.fd, LINUX.SO_SNDBUF);
  return { ...socket, sendBuffer, receiveBuffer: getOption(libc, socket.fd, LINUX.SO_RCVBUF) };
}

/** A socket that was handed on may have a larger buffer than this process would get. It must not become smaller. */
function enlarge(libc: Libc, { fd, from }: BoundSocket, name: number, octets: number): void {
  if (from !== undefined && getOption(libc, fd, name) >= given(libc, name, octets)) return;
  ask(libc, fd, name, octets);
}

/** Octets that a new socket gets if it asks for these, as the kernel counts them. */
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

/**
 * A socket bound to an endpoint with the C library, by this process or by one before it that handed it on. The main thread
 * owns it, so it outlives the thread that answers on it, and also the process if systemd keeps it.
 */
import { type Address, parseAddress } from '../ip/address.js';
import { errorName, LINUX, type Libc, SOCKADDR, sockaddr } from '../platform/libc.js';
import type { Endpoint } from './endpoint.js';
import type { Protocol } from './sums.js';

export interface BoundSocket {
  readonly fd: number;
  readonly endpoint: Endpoint;
  readonly ipv6: boolean;
  /** Bound to all addresses: each reply must say which one it leaves from. */
  readonly wildcard: boolean;
  /** Whether this host has the address already. If not, the socket answers as soon as the host gets it. */
  readonly present: boolean;
  /** The descriptor that was handed on; undefined if the socket was made here. */
  readonly from: Descriptor | undefined;
}

/** Why a socket can't be opened: `code` is the name of the system's error. */
export class SocketFault extends Error {
  readonly protocol: Protocol;
  readonly endpoint: Endpoint;
  readonly code: string;

  constructor(protocol: Protocol, endpoint: Endpoint, code: string) {
    super(`${endpoint.host} ${endpoint.port}: ${code}`);
    this.protocol = protocol;
    this.endpoint = endpoint;
    this.code = code;
  }
}

/** Sets an option to 32-bit words; throws a SocketFault if that fails. */
export type SetOption = (level: number, name: number, ...words: number[]) => void;

/** A descriptor with its name, which may come from outside this process. */
export interface Descriptor {
  readonly name: string;
  readonly fd: number;
}

const TYPE: Readonly<Record<Protocol, number>> = {
  udp: LINUX.SOCK_DGRAM,
  tcp: LINUX.SOCK_STREAM,
  tls: LINUX.SOCK_STREAM,
};

/** Binds a new socket. `prepare` sets the options that must be set before. If anything fails, nothing is left open. */
export function bindSocket(
  libc: Libc,
  protocol: Protocol,
  endpoint: Endpoint,
  prepare: (set: SetOption) => void,
): BoundSocket {
  const address = parseAddress(endpoint.host);
  if (address === null) throw new SocketFault(protocol, endpoint, 'EADDRNOTAVAIL');
  const ipv6 = address.family === 'ipv6';
  const fd = libc.socket(ipv6 ? LINUX.AF_INET6 : LINUX.AF_INET, TYPE[protocol] | LINUX.SOCK_CLOEXEC, 0);
  if (fd < 0) throw new SocketFault(protocol, endpoint, errorName(libc.errno()));
  return closingUnlessDone(libc, fd, () => {
    const set = setterOf(libc, protocol, endpoint, fd);
    if (ipv6) set(LINUX.IPPROTO_IPV6, LINUX.IPV6_V6ONLY, 1);
    prepare(set);
    const name = sockaddr(endpoint, address.bytes);
    let bound = libc.bind(fd, name, name.length);
    const present = bound === 0 || errorName(libc.errno()) !== 'EADDRNOTAVAIL';
    if (!present) {
      if (ipv6) set(LINUX.IPPROTO_IPV6, LINUX.IPV6_FREEBIND, 1);
      else set(LINUX.IPPROTO_IP, LINUX.IP_FREEBIND, 1);
      bound = libc.bind(fd, name, name.length);
    }
    if (bound < 0) throw new SocketFault(protocol, endpoint, errorName(libc.errno()));
    const port = nameOf(libc, fd)?.port ?? endpoint.port;
    const own = { ...endpoint, port };
    return { fd, endpoint: own, ipv6, wildcard: isZero(address), present, from: undefined };
  });
}

/**
 * A duplicate of a descriptor that was handed on; undefined if that is not for this protocol and endpoint. The descriptor
 * stays open. Throws as for a new socket.
 */
export function adoptSocket(
  libc: Libc,
  protocol: Protocol,
  endpoint: Endpoint,
  from: Descriptor,
  prepare: (set: SetOption) => void,
): BoundSocket | undefined {
  const address = parseAddress(endpoint.host);
  const name = nameOf(libc, from.fd);
  const same =
    address !== null &&
    name?.port === endpoint.port &&
    Buffer.compare(name.address, address.bytes) === 0 &&
    getOption(libc, from.fd, LINUX.SO_TYPE) === TYPE[protocol];
  if (!same) return undefined;
  const fd = libc.fcntl(from.fd, LINUX.F_DUPFD_CLOEXEC, 0);
  if (fd < 0) throw new SocketFault(protocol, endpoint, errorName(libc.errno()));
  return closingUnlessDone(libc, fd, () => {
    // A worker that blocks on UDP must not spin. TCP stays as it is, for the thread that may be listening on this very socket:
    // when it has no descriptor left, Node accepts and closes connections until none waits.
    if (protocol === 'udp')
      libc.fcntl(fd, LINUX.F_SETFL, libc.fcntl(fd, LINUX.F_GETFL, 0) & ~LINUX.O_NONBLOCK);
    prepare(setterOf(libc, protocol, endpoint, fd));
    const wildcard = isZero(address);
    const present = isPresent(libc, endpoint);
    return { fd, endpoint, ipv6: address.family === 'ipv6', wildcard, present, from };
  });
}

/**
 * Whether this host has the address now; false if that can't be found out, for want of a descriptor. An IPv6 address that is
 * still being verified does not count.
 */
export function isPresent(libc: Libc, { host }: Endpoint): boolean {
  try {
    const { fd, present } = bindSocket(libc, 'udp', { host, port: 0 }, () => undefined);
    libc.close(fd);
    return present;
  } catch (error) {
    if (error instanceof SocketFault) return false;
    throw error;
  }
}

/** A numeric option of SOL_SOCKET; 0 if it can't be read. */
export function getOption(libc: Libc, fd: number, name: number): number {
  const value = new Uint32Array(1);
  const length = new Uint8Array(Uint32Array.of(4).buffer);
  const got = libc.getsockopt(fd, LINUX.SOL_SOCKET, name, new Uint8Array(value.buffer), length);
  return got < 0 ? 0 : (value[0] ?? 0);
}

export function setOption(libc: Libc, fd: number, level: number, name: number, words: number[]): number {
  const octets = new Uint8Array(Uint32Array.from(words).buffer);
  return libc.setsockopt(fd, level, name, octets, octets.length);
}

function setterOf(libc: Libc, protocol: Protocol, endpoint: Endpoint, fd: number): SetOption {
  return (level, name, ...words) => {
    if (setOption(libc, fd, level, name, words) < 0)
      throw new SocketFault(protocol, endpoint, errorName(libc.errno()));
  };
}

function closingUnlessDone<T>(libc: Libc, fd: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

/** The address and port that an internet socket is bound to; undefined for anything else. */
function nameOf(libc: Libc, fd: number): { address: Uint8Array; port: number } | undefined {
  const name = new Uint8Array(SOCKADDR.ipv6);
  const length = new Uint8Array(Uint32Array.of(name.length).buffer);
  if (libc.getsockname(fd, name, length) < 0) return undefined;
  const view = new DataView(name.buffer);
  const family = view.getUint16(0, true);
  if (family !== LINUX.AF_INET && family !== LINUX.AF_INET6) return undefined;
  return {
    address: family === LINUX.AF_INET ? name.slice(4, 8) : name.slice(8, 24),
    port: view.getUint16(2),
  };
}

function isZero({ bytes }: Address): boolean {
  return bytes.every((byte) => byte === 0);
}

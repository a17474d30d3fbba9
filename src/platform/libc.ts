/**
 * The few calls of the C library that Node lacks: sockets with SO_REUSEPORT and packet information, receiving and sending
 * many datagrams with one call, and some others. They come through koffi. Without it, the portable UDP sockets are used.
 */
import { endianness } from 'node:os';
import { codeOf } from './errors.js';

export interface Libc {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly setsockopt: (fd: number, level: number, name: number, value: Uint8Array, length: number) => number;
  readonly getsockopt: (
    fd: number,
    level: number,
    name: number,
    value: Uint8Array,
    length: Uint8Array,
  ) => number;
  readonly bind: (fd: number, address: Uint8Array, length: number) => number;
  readonly listen: (fd: number, backlog: number) => number;
  readonly fcntl: (fd: number, command: number, value: number) => number;
  /** A file that exists only in memory. */
  readonly memfd: (name: string) => number;
  readonly getsockname: (fd: number, address: Uint8Array, length: Uint8Array) => number;
  readonly close: (fd: number) => number;
  readonly flock: (fd: number, operation: number) => number;
  /** mallopt(3); absent in a C library other than GNU's. */
  readonly mallopt: ((parameter: number, value: number) => number) | undefined;
  /** malloc_trim(3); absent likewise. */
  readonly mallocTrim: ((pad: number) => number) | undefined;
  /** `vector` is the address of `count` mmsghdr. Returns how many arrived, or -1. */
  readonly recvmmsg: (fd: number, vector: number, count: number, flags: number, timeout: number) => number;
  readonly sendmmsg: (fd: number, vector: number, count: number, flags: number) => number;
  /** sched_setattr(2) for the calling thread, with a struct sched_attr. */
  readonly setSchedAttributes: (attributes: Uint8Array) => number;
  /** The error number of this thread's last call. */
  readonly errno: () => number;
  /** madvise(2) for memory at an address. */
  readonly madvise: (address: number, length: number, advice: number) => number;
  /** The address of a buffer's memory. */
  readonly addressOf: (buffer: ArrayBuffer | Uint8Array) => number;
}

/** The architectures whose structures are as below: 64 bits, little-endian. */
const KNOWN: readonly string[] = ['x64', 'arm64', 'riscv64', 'loong64', 'ppc64'];
/** The number of sched_setattr(2), which has no function in C libraries, on architectures where it is not the usual one. */
const SCHED_SETATTR: Readonly<Record<string, number>> = { x64: 314, ppc64: 355 };
const SCHED_SETATTR_MOSTLY = 274;

/** The calls, or why they are not available here. */
export async function loadLibc(): Promise<Libc | { readonly unavailable: string }> {
  if (process.platform !== 'linux') return { unavailable: `the platform is ${process.platform}, not Linux` };
  if (!KNOWN.includes(process.arch) || endianness() !== 'LE')
    return { unavailable: `not known on ${process.arch}` };
  try {
    const { default: koffi } = await import('koffi');
    // The program's own symbols: from whichever C library it was linked with.
    const library = koffi.load(null);
    const syscall = library.func('long syscall(long, ...)');
    const fcntl = library.func('int fcntl(int, int, ...)');
    const memfdCreate = library.func('memfd_create', 'int', ['str', 'unsigned int']);
    const schedSetattr = SCHED_SETATTR[process.arch] ?? SCHED_SETATTR_MOSTLY;
    return {
      socket: library.func('socket', 'int', ['int', 'int', 'int']),
      setsockopt: library.func('setsockopt', 'int', ['int', 'int', 'int', 'uint8_t *', 'uint32_t']),
      getsockopt: library.func('getsockopt', 'int', ['int', 'int', 'int', 'uint8_t *', 'uint8_t *']),
      bind: library.func('bind', 'int', ['int', 'uint8_t *', 'uint32_t']),
      listen: library.func('listen', 'int', ['int', 'int']),
      fcntl: (fd, command, value) => fcntl(fd, command, 'int', value),
      memfd: (name) => memfdCreate(name, LINUX.MFD_CLOEXEC),
      getsockname: library.func('getsockname', 'int', ['int', 'uint8_t *', 'uint8_t *']),
      close: library.func('close', 'int', ['int']),
      flock: library.func('flock', 'int', ['int', 'int']),
      mallopt: functionOf(() => library.func('mallopt', 'int', ['int', 'int'])),
      mallocTrim: functionOf(() => library.func('malloc_trim', 'int', ['size_t'])),
      // Addresses are passed as numbers: that costs less than an object, and is needed to start inside a vector.
      recvmmsg: library.func('recvmmsg', 'int', ['int', 'uintptr_t', 'unsigned int', 'int', 'uintptr_t']),
      sendmmsg: library.func('sendmmsg', 'int', ['int', 'uintptr_t', 'unsigned int', 'int']),
      setSchedAttributes: (attributes) =>
        syscall(schedSetattr, 'int', 0, 'uint8_t *', attributes, 'unsigned int', 0),
      madvise: library.func('madvise', 'int', ['uintptr_t', 'size_t', 'int']),
      errno: () => koffi.errno(),
      addressOf: (buffer) => Number(koffi.address(buffer)),
    };
  } catch (error) {
    const code = codeOf(error);
    return { unavailable: `koffi can't be loaded${code === undefined ? '' : ` (${code})`}` };
  }
}

/** A function that not every C library has. */
function functionOf<F>(find: () => F): F | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}

/** Numbers of Linux (uapi/asm-generic; the same on the architectures above, but for SO_RCVTIMEO). */
export const LINUX = {
  AF_UNIX: 1,
  AF_INET: 2,
  AF_INET6: 10,
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_CLOEXEC: 0o2000000,
  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  SO_TYPE: 3,
  SO_SNDBUF: 7,
  SO_RCVBUF: 8,
  SO_REUSEPORT: 15,
  SO_RCVTIMEO: process.arch === 'ppc64' ? 18 : 20,
  SO_SNDBUFFORCE: 32,
  /** Descriptors that are sent along with a message. */
  SCM_RIGHTS: 1,
  IPPROTO_IP: 0,
  IP_PKTINFO: 8,
  IP_MTU_DISCOVER: 10,
  IP_FREEBIND: 15,
  IPPROTO_IPV6: 41,
  IPV6_MTU_DISCOVER: 23,
  IPV6_V6ONLY: 26,
  IPV6_RECVPKTINFO: 49,
  IPV6_FREEBIND: 78,
  /** For both IP_MTU_DISCOVER and IPV6_MTU_DISCOVER. */
  PMTUDISC_PROBE: 3,
  /** For fcntl(2). */
  F_GETFL: 3,
  F_SETFL: 4,
  F_DUPFD_CLOEXEC: 1030,
  O_NONBLOCK: 0o4000,
  MFD_CLOEXEC: 1,
  MADV_HUGEPAGE: 14,
  /** For flock(2): exclusive, and without waiting; then the error if another has the lock. */
  LOCK_EX: 2,
  LOCK_NB: 4,
  EWOULDBLOCK: 11,
  /** For mallopt(3). */
  M_MMAP_THRESHOLD: -3,
  M_ARENA_MAX: -8,
  MSG_TRUNC: 0x20,
  MSG_DONTWAIT: 0x40,
  MSG_NOSIGNAL: 0x4000,
  MSG_WAITFORONE: 0x10000,
} as const;

/** Names of the error numbers that tell an operator something. */
const ERRORS: Readonly<Record<number, string>> = {
  1: 'EPERM',
  13: 'EACCES',
  22: 'EINVAL',
  24: 'EMFILE',
  97: 'EAFNOSUPPORT',
  98: 'EADDRINUSE',
  99: 'EADDRNOTAVAIL',
};

export function errorName(errno: number): string {
  return ERRORS[errno] ?? `errno ${errno}`;
}

/** Octets of a sockaddr_in and a sockaddr_in6. */
export const SOCKADDR = { ipv4: 16, ipv6: 28 } as const;

/** A sockaddr for an endpoint's address. */
export function sockaddr({ port }: { readonly port: number }, address: Uint8Array): Uint8Array {
  const ipv6 = address.length === 16;
  const bytes = new Uint8Array(ipv6 ? SOCKADDR.ipv6 : SOCKADDR.ipv4);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, ipv6 ? LINUX.AF_INET6 : LINUX.AF_INET, true);
  view.setUint16(2, port);
  bytes.set(address, ipv6 ? 8 : 4);
  return bytes;
}

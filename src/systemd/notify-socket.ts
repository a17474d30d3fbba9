/**
 * The socket on which systemd hears what a service says of itself (sd_notify(3)): one datagram per message, with lines of
 * NAME=VALUE, and with descriptors if there are some to keep. Node has no such sockets, so libc is used.
 */
import { LINUX, type Libc } from '../platform/libc.js';

/** Sends one message. Returns false if systemd has no room for it at present. */
export type Send = (text: string, descriptors: readonly number[]) => boolean;

const EAGAIN = 11;
/** struct mmsghdr of 64-bit Linux, then its iovec and room for a cmsghdr with descriptors. */
const AT = {
  NAME: 0,
  NAME_LENGTH: 8,
  IOV: 16,
  IOV_COUNT: 24,
  CONTROL: 32,
  CONTROL_LENGTH: 40,
  IOVEC: 64,
  CMSG: 80,
} as const;
/** struct cmsghdr: length (8), level (4), type (4). */
const CMSG_HEADER = 16;

/** Undefined if there can be no socket. `path` is NOTIFY_SOCKET: the path of a file, or `@` and an abstract name. */
export function openNotifySocket(libc: Libc, path: string): Send | undefined {
  const socket = libc.socket(LINUX.AF_UNIX, LINUX.SOCK_DGRAM | LINUX.SOCK_CLOEXEC, 0);
  if (socket < 0) return undefined;
  const name = new Uint8Array(2 + Buffer.byteLength(path));
  new DataView(name.buffer).setUint16(0, LINUX.AF_UNIX, true);
  name.set(Buffer.from(path.replace(/^@/, '\0')), 2);
  /** What libc knows only by its address, and V8 might take for unused in the middle of a call. */
  const inUse = new Set<ArrayBuffer>();
  return (text, descriptors) => {
    const message = new Uint8Array(Buffer.from(text));
    const controlLength = descriptors.length === 0 ? 0 : CMSG_HEADER + 4 * descriptors.length;
    const header = new ArrayBuffer(AT.CMSG + CMSG_HEADER + 4 * descriptors.length + 4);
    const view = new DataView(header);
    const pointer = (at: number, address: number): void => view.setBigUint64(at, BigInt(address), true);
    const base = libc.addressOf(header);
    pointer(AT.NAME, libc.addressOf(name.buffer));
    view.setUint32(AT.NAME_LENGTH, name.length, true);
    pointer(AT.IOV, base + AT.IOVEC);
    view.setUint32(AT.IOV_COUNT, 1, true);
    pointer(AT.IOVEC, libc.addressOf(message.buffer));
    view.setUint32(AT.IOVEC + 8, message.length, true);
    if (controlLength > 0) {
      pointer(AT.CONTROL, base + AT.CMSG);
      view.setUint32(AT.CONTROL_LENGTH, controlLength, true);
      view.setUint32(AT.CMSG, controlLength, true);
      view.setUint32(AT.CMSG + 8, LINUX.SOL_SOCKET, true);
      view.setUint32(AT.CMSG + 12, LINUX.SCM_RIGHTS, true);
      for (const [i, fd] of descriptors.entries()) view.setInt32(AT.CMSG + CMSG_HEADER + 4 * i, fd, true);
    }
    inUse.add(header).add(message.buffer);
    const sent = libc.sendmmsg(socket, base, 1, LINUX.MSG_DONTWAIT | LINUX.MSG_NOSIGNAL);
    inUse.clear();
    // Any other error would come again, so the message is dropped. The server goes on.
    return sent === 1 || libc.errno() !== EAGAIN;
  };
}

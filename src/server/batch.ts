/**
 * The memory of a batched worker: one block, laid out once, that the kernel fills with datagrams and takes answers from. A
 * datagram is answered in place, and its header, name and control data serve for both receiving and sending. So between the
 * two calls nothing is copied or allocated.
 *
 *     headers  BATCH × struct mmsghdr   name ─▶ names, iov ─▶ iovs, control ─▶ controls; length of what came
 *     iovs     BATCH × struct iovec     base ─▶ packets; length of the room, then of the answer
 *     names    BATCH × sockaddr         the client
 *     controls BATCH × cmsg             the address that was asked, where the socket is bound to all of them
 *     packets  BATCH × SLOT octets
 */
import { UDP_LIMIT } from '../answer/edns.js';
import type { Messages } from '../answer/prefetch.js';
import { LINUX } from '../platform/libc.js';

/** The most datagrams in one call. */
export const BATCH = 64;

/** struct mmsghdr of 64-bit Linux (recvmmsg(2)), in octets. */
const HEADER = {
  SIZE: 64,
  NAME: 0,
  NAME_LENGTH: 8,
  IOV: 16,
  IOV_COUNT: 24,
  CONTROL: 32,
  CONTROL_LENGTH: 40,
  FLAGS: 48,
  LENGTH: 56,
};
const IOV = { SIZE: 16, BASE: 0, LENGTH: 8 };
const NAME_ROOM = 32;
const CONTROL_ROOM = 64;
/** struct cmsghdr: length (8), level (4), type (4), then in_pktinfo or in6_pktinfo. */
const CMSG_DATA = 16;
const IN6_PKTINFO_INDEX = 16;

/**
 * Octets for each packet: a query of at most UDP_LIMIT, or its answer. Not a power of two, since slots a multiple of 4096
 * octets apart compete for the same lines of the first-level cache.
 */
const SLOT = 1344;

/** No real query is larger than this. */
const RECEIVE_ROOM = UDP_LIMIT;

const HEADERS = 0;
const IOVS = HEADERS + BATCH * HEADER.SIZE;
const NAMES = IOVS + BATCH * IOV.SIZE;
const CONTROLS = NAMES + BATCH * NAME_ROOM;
const PACKETS = CONTROLS + BATCH * CONTROL_ROOM;
const SIZE = PACKETS + BATCH * SLOT;

export interface Batch {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly words: Uint32Array;
  /** The memory address of the vector of headers. */
  readonly address: number;
  readonly nameLength: number;
  readonly controlLength: number;
}

/** Returns the block, ready for its first call. `addressOf` returns the memory address of a buffer. */
export function newBatch(
  addressOf: (buffer: ArrayBuffer) => number,
  { ipv6, wildcard }: { readonly ipv6: boolean; readonly wildcard: boolean },
): Batch {
  const buffer = new ArrayBuffer(SIZE);
  const base = addressOf(buffer);
  const view = new DataView(buffer);
  const pointer = (at: number, offset: number): void => view.setBigUint64(at, BigInt(base + offset), true);
  const batch: Batch = {
    bytes: new Uint8Array(buffer),
    view,
    words: new Uint32Array(buffer),
    address: base + HEADERS,
    nameLength: ipv6 ? 28 : 16,
    controlLength: wildcard ? CONTROL_ROOM : 0,
  };
  for (let slot = 0; slot < BATCH; slot++) {
    const header = HEADERS + slot * HEADER.SIZE;
    const iov = IOVS + slot * IOV.SIZE;
    pointer(header + HEADER.NAME, NAMES + slot * NAME_ROOM);
    pointer(header + HEADER.IOV, iov);
    view.setUint32(header + HEADER.IOV_COUNT, 1, true);
    if (wildcard) pointer(header + HEADER.CONTROL, CONTROLS + slot * CONTROL_ROOM);
    pointer(iov + IOV.BASE, PACKETS + slot * SLOT);
  }
  makeRoom(batch, BATCH);
  return batch;
}

/** Resets the lengths of the first `count` slots after they were sent, so that they have their whole room again. */
export function makeRoom({ words, nameLength, controlLength }: Batch, count: number): void {
  for (let slot = 0; slot < count; slot++) {
    const header = (HEADERS + slot * HEADER.SIZE) >> 2;
    words[header + (HEADER.NAME_LENGTH >> 2)] = nameLength;
    words[header + (HEADER.CONTROL_LENGTH >> 2)] = controlLength;
    words[(IOVS + slot * IOV.SIZE + IOV.LENGTH) >> 2] = RECEIVE_ROOM;
  }
}

/** Octets of the datagram in a slot; -1 if it was too large. */
export function receivedLength({ words }: Batch, slot: number): number {
  const header = (HEADERS + slot * HEADER.SIZE) >> 2;
  if (((words[header + (HEADER.FLAGS >> 2)] ?? 0) & LINUX.MSG_TRUNC) !== 0) return -1;
  return words[header + (HEADER.LENGTH >> 2)] ?? 0;
}

/** Where a slot's packet starts. */
export function packetAt(slot: number): number {
  return PACKETS + slot * SLOT;
}

/** Where the message and the client's address of each slot start. The caller sets the ends. */
export function newMessages(ipv6: boolean): Messages {
  const bySlot = (at: (slot: number) => number): Int32Array =>
    Int32Array.from({ length: BATCH }, (_, slot) => at(slot));
  return {
    starts: bySlot(packetAt),
    ends: bySlot(packetAt),
    clients: bySlot((slot) => clientAt(slot, ipv6)),
  };
}

/** Where the address of a slot's client starts. */
export function clientAt(slot: number, ipv6: boolean): number {
  return NAMES + slot * NAME_ROOM + (ipv6 ? 8 : 4);
}

/** The port of a slot's client. */
export function clientPort({ view }: Batch, slot: number): number {
  return view.getUint16(NAMES + slot * NAME_ROOM + 2);
}

/** Sets how many octets of a slot are sent. */
export function setAnswerLength({ words }: Batch, slot: number, length: number): void {
  words[(IOVS + slot * IOV.SIZE + IOV.LENGTH) >> 2] = length;
}

/** How many octets of a slot are sent. */
export function answerLength({ words }: Batch, slot: number): number {
  return words[(IOVS + slot * IOV.SIZE + IOV.LENGTH) >> 2] ?? 0;
}

/** The memory address of a slot's header, to send from that slot on. */
export function headerAddress({ address }: Batch, slot: number): number {
  return address + slot * HEADER.SIZE;
}

/**
 * Lets the answer in a slot leave from the address that was asked, over whichever interface leads to the client. The
 * received control data already has the address; the interface must be 0.
 */
export function forgetInterface({ view }: Batch, slot: number, ipv6: boolean): void {
  const data = CONTROLS + slot * CONTROL_ROOM + CMSG_DATA;
  view.setUint32(ipv6 ? data + IN6_PKTINFO_INDEX : data, 0, true);
}

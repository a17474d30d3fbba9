/** The memory block that the kernel reads and writes, in the layout of recvmmsg(2) and sendmmsg(2) on 64-bit Linux. */
import t from 'tap';
import {
  answerLength,
  BATCH,
  clientAt,
  clientPort,
  forgetInterface,
  headerAddress,
  makeRoom,
  newBatch,
  newMessages,
  packetAt,
  receivedLength,
  setAnswerLength,
} from '../../src/server/batch.js';

const BASE = 0x1234_5678_9000;
const MSG_TRUNC = 0x20;

function scene(ipv6: boolean, wildcard: boolean) {
  const batch = newBatch(() => BASE, { ipv6, wildcard });
  const { view } = batch;
  const pointer = (at: number): number => Number(view.getBigUint64(at, true) - BigInt(BASE));
  /** What the header of a slot says. */
  const header = (slot: number) => {
    const at = headerAddress(batch, slot) - BASE;
    const iov = pointer(at + 16);
    return {
      at,
      name: pointer(at),
      nameLength: view.getUint32(at + 8, true),
      iovs: view.getBigUint64(at + 24, true),
      control: view.getBigUint64(at + 32, true),
      controlLength: view.getBigUint64(at + 40, true),
      packet: pointer(iov),
      room: view.getBigUint64(iov + 8, true),
    };
  };
  return { batch, view, header };
}

t.test('each slot has its own name, control data and packet, and none reaches into another', async (t) => {
  const { batch, header } = scene(true, true);
  const parts: [from: number, length: number][] = [];
  for (let slot = 0; slot < BATCH; slot++) {
    const { at, name, nameLength, iovs, control, controlLength, packet, room } = header(slot);
    t.equal(at, slot * 64, 'headers lie one behind the other');
    t.same([iovs, nameLength, packet], [1n, 28, packetAt(slot)]);
    t.equal(clientAt(slot, true), name + 8, 'behind family, port and flow');
    parts.push([name, nameLength], [Number(control) - BASE, Number(controlLength)], [packet, Number(room)]);
  }
  parts.sort(([a], [b]) => a - b);
  let end = BATCH * 64;
  for (const [from, length] of parts) {
    if (from < end) t.fail(`${from} is inside what ends at ${end}`);
    end = from + length;
  }
  t.ok(end <= batch.bytes.length);
});

t.test('control data are asked for where the socket is bound to all addresses', async (t) => {
  t.match(scene(false, false).header(3), { nameLength: 16, control: 0n, controlLength: 0n });
  t.not(scene(false, true).header(3).control, 0n);
  t.equal(clientAt(3, false), scene(false, false).header(3).name + 4, 'behind family and port');
});

t.test('what came: its length, or that it was too large; and from which port', async (t) => {
  const { batch, view, header } = scene(false, false);
  const { at, name } = header(5);
  view.setUint32(at + 56, 77, true);
  view.setUint16(name + 2, 4660);
  t.same([receivedLength(batch, 5), clientPort(batch, 5)], [77, 4660]);
  view.setUint32(at + 48, MSG_TRUNC, true);
  t.equal(receivedLength(batch, 5), -1);
  t.equal(receivedLength(batch, 4), 0);
});

t.test('an answer’s length is that of its slot, until the slot is for receiving again', async (t) => {
  const { batch, view, header } = scene(true, true);
  const { room, at } = header(2);
  setAnswerLength(batch, 2, 40);
  t.same([answerLength(batch, 2), header(2).room, header(3).room], [40, 40n, room]);
  // The kernel says how long name and control data were.
  view.setUint32(at + 8, 16, true);
  view.setBigUint64(at + 40, 0n, true);
  makeRoom(batch, 3);
  t.match(header(2), { room, nameLength: 28, controlLength: 64n });
});

t.test('a reply leaves from the address that was asked, over any interface', async (t) => {
  for (const ipv6 of [false, true]) {
    const { batch, view, header } = scene(ipv6, true);
    const data = Number(header(1).control) - BASE + 16;
    const octets = new Uint8Array(view.buffer, data, 20).fill(9);
    forgetInterface(batch, 1, ipv6);
    const expected = new Uint8Array(20).fill(9);
    // struct in_pktinfo begins with the interface; struct in6_pktinfo has the address of 16 octets before it.
    expected.fill(0, ipv6 ? 16 : 0, ipv6 ? 20 : 4);
    t.same(octets, expected);
  }
});

t.test('messages are where packets are', async (t) => {
  const { starts, clients } = newMessages(true);
  t.same([starts[9], clients[9], starts.length], [packetAt(9), clientAt(9, true), BATCH]);
});

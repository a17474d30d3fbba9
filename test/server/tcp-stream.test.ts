/** Messages in a stream, however it is split into segments. */
import t from 'tap';
import { newResponder } from '../../src/answer/responder.js';
import { TALLY } from '../../src/answer/tally.js';
import { seededRandom } from '../../src/platform/random.js';
import { newPacketBuffer } from '../../src/server/packet-buffer.js';
import { newTcpStream, REPLY_ROOM, type TakenOctets, takeOctets } from '../../src/server/tcp-stream.js';
import { makeTable } from '../compile/make-table.js';
import { octets, query, readReply, word } from '../dns-message.js';
import { framed } from './loopback.js';

const LARGE = Array.from({ length: 40 }, (_, i) => `"${i}${'x'.repeat(200)}"`).join(', ');
const { table } = makeTable([
  `zone: dl.example.org\nns: [ns.example.net]\npools: { p: {} }\nmirrors: { m: { addresses: [192.0.2.1] } }\nrecords: { "@": { TXT: [here] }, large: { TXT: [${LARGE}] } }\n`,
]);
const asked = (id: number, name = 'dl.example.org'): Buffer => framed(query({ name, type: 'TXT', id }));

function scene(takesMore = true) {
  const stream = newTcpStream();
  const responder = newResponder(table, seededRandom(1));
  const room = newPacketBuffer(REPLY_ROOM);
  const writes: Buffer[] = [];
  let takes = takesMore;
  return {
    stream,
    responder,
    writes,
    reads: (more: boolean) => {
      takes = more;
    },
    take: (...parts: readonly Uint8Array[]): TakenOctets =>
      takeOctets(stream, Buffer.from(octets(...parts)), responder, room, (reply) => {
        writes.push(reply);
        return takes;
      }),
    /** The ids of all answers so far, in order. */
    ids(): number[] {
      const found: number[] = [];
      const all = Buffer.concat(writes);
      for (let at = 0; at < all.length; ) {
        const end = at + 2 + all.readUInt16BE(at);
        found.push(readReply(all.subarray(at + 2, end)).id);
        at = end;
      }
      return found;
    },
  };
}

t.test('cut anywhere, it is answered once, when it is whole', async (t) => {
  const message = asked(7);
  for (let at = 1; at < message.length; at++) {
    const { take, ids, stream } = scene();
    t.same(take(message.subarray(0, at)), { outcome: 'done', whole: false });
    t.equal(stream.held, at);
    t.same(take(message.subarray(at)), { outcome: 'done', whole: true });
    t.same([ids(), stream.held], [[7], 0], `cut at ${at}`);
  }
});

t.test('octet by octet, with the next one behind it', async (t) => {
  const { take, ids, stream } = scene();
  for (const octet of Buffer.concat([asked(1), asked(2), asked(3).subarray(0, 5)]))
    take(Uint8Array.of(octet));
  t.same(ids(), [1, 2]);
  t.equal(stream.held, 5);
});

t.test('a long message that comes slowly is not copied for each octet of it', async (t) => {
  const { take, stream } = scene();
  take(word(60_000));
  const rooms = new Set<ArrayBufferLike>();
  for (let i = 0; i < 3000; i++) {
    take(Uint8Array.of(0));
    rooms.add(stream.pending.buffer);
  }
  t.ok(rooms.size < 5, `${rooms.size} rooms`);
});

t.test('RFC 7766 §6.2.1: what one segment completes is answered with one write', async (t) => {
  const { take, ids, writes } = scene();
  t.same(take(asked(1), asked(2), asked(3), asked(4).subarray(0, 9)), { outcome: 'done', whole: true });
  t.same([ids(), writes.length], [[1, 2, 3], 1]);
});

t.test('who does not read is answered no further than to what waits already', async (t) => {
  const { take, reads, ids, stream } = scene(false);
  const questions = Array.from({ length: 10 }, (_, i) => asked(i, 'large.dl.example.org'));
  t.equal(take(...questions).outcome, 'full');
  const first = ids();
  t.ok(first.length > 0 && first.length < 10, `${first.length} answers`);
  t.ok(stream.held > 0, 'the rest waits');
  t.equal(take().outcome, 'full');
  reads(true);
  t.equal(take().outcome, 'done');
  t.same(ids(), [...questions.keys()], 'each once, in order');
  t.equal(stream.held, 0);
});

t.test('a message shorter than a header breaks the stream; what came before is answered', async (t) => {
  const { take, ids, responder } = scene();
  t.same(take(asked(1), word(11), new Uint8Array(11)), { outcome: 'broken', whole: true });
  t.same(ids(), [1]);
  t.equal(responder.tally[TALLY.DROPPED], 1);
  t.same(scene().take(word(0)), { outcome: 'broken', whole: false });
});

t.test('a message of nonsense is passed over, and the stream goes on', async (t) => {
  const { take, ids } = scene();
  const response = framed(query({ name: 'dl.example.org', flags: 0x8000 }));
  t.same(take(response, asked(2)), { outcome: 'done', whole: true });
  t.same(ids(), [2]);
});

t.test('a length alone takes no room, and what waits keeps no segment alive', async (t) => {
  const { take, stream } = scene();
  take(word(65_535));
  t.ok(stream.pending.length <= 512);
  const other = scene();
  other.take(asked(1), asked(2).subarray(0, 3));
  t.ok(other.stream.pending.buffer.byteLength <= 512);
});

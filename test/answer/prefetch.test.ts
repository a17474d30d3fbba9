/** Looking ahead reads the right place, writes nothing, and is there only to be forgotten. */
import fc from 'fast-check';
import t from 'tap';
import { locateIPv4, touchIPv4 } from '../../src/answer/locate.js';
import { POOL, recordOf } from '../../src/answer/pool-index.js';
import { type Messages, prefetch, useSlot } from '../../src/answer/prefetch.js';
import { newPrefetched, prefetchedLocation } from '../../src/answer/prefetched.js';
import { respond } from '../../src/answer/respond.js';
import { adoptTable, newResponder, type Responder, setPeer } from '../../src/answer/responder.js';
import { ROW } from '../../src/answer/rows.js';
import type { AnswerTable, PoolTable } from '../../src/answer/table.js';
import { newHits } from '../../src/answer/tally.js';
import { mapOfOne, ownMap } from '../../src/compile/map/map-table.js';
import { leaf } from '../../src/ip/prefix-tree.js';
import { seededRandom } from '../../src/platform/random.js';
import { makeTable } from '../compile/make-table.js';
import { query, subnet } from '../dns-message.js';
import { EXAMPLE, PLACES } from './zones.js';

const made = makeTable([EXAMPLE], { locations: PLACES });

function asker(): { responder: Responder; pool: PoolTable } {
  const responder = newResponder(made.table, seededRandom(1));
  const pool = made.table.pools[0];
  if (pool === undefined) throw new Error('the example has pools');
  responder.lastPool = 0;
  return { responder, pool };
}

t.test('what is touched is the first node of the walk', async (t) => {
  // 0.0.0.0/17 is catchment 1, 0.0.128.0/17 is 2, all else 3; nodes that are there for it make the table one of 16 bits.
  const chain = Array.from({ length: 16 }, (_, i) => [i, leaf(3) | 0]).flat();
  const unused = Array.from({ length: 1 << 16 }, () => leaf(3) | 0);
  const nodes = Int32Array.from([leaf(1), leaf(2), ...chain, ...unused]);
  const map = ownMap({ nodes, ipv4: 16, ipv6: leaf(0) | 0 });
  t.equal(map.firstLevelBits, 16);
  t.equal(touchIPv4(map, 0x0000_8000), leaf(1) | 0, 'the word beside the one that the walk ends at');
  t.equal(locateIPv4(map, Uint8Array.of(0, 0, 128, 0), 0), (2 << 8) | 17);
  t.equal(touchIPv4(map, 0xffff_ffff), map.map[0], 'where no node follows, any');
});

t.test('a map of one leaf has no node', async (t) => {
  t.equal(touchIPv4(mapOfOne(), 0x7f00_0001), 0);
});

/** Messages one behind the other in memory, each with room behind it, the client's address before them all. */
function batchOf(list: readonly Uint8Array[]): { memory: DataView; messages: Messages } {
  const starts: number[] = [];
  const ends: number[] = [];
  const octets = [127, 0, 0, 1, ...new Array<number>(28).fill(0)];
  for (const message of list) {
    starts.push(octets.length);
    ends.push(octets.length + message.length);
    octets.push(...message, ...new Array<number>(40).fill(9));
  }
  return {
    memory: new DataView(Uint8Array.from(octets).buffer),
    messages: {
      starts: Int32Array.from(starts),
      ends: Int32Array.from(ends),
      clients: new Int32Array(list.length),
    },
  };
}

t.test('of few pools: it looks at the subnet that a message ends with, else at the client', async (t) => {
  const { responder, pool } = asker();
  const prefetched = newPrefetched(1);
  const seen = (message: Uint8Array): number => {
    const { memory, messages } = batchOf([message]);
    prefetch(memory, messages, 1, prefetched, responder);
    return prefetched.seen;
  };
  for (const network of ['192.0.2.0/24', '12.7.1.0/24', '46.1.2.0/24']) {
    const [a, b, c] = network.split(/[./]/).map(Number);
    const address = (((a ?? 0) << 24) | ((b ?? 0) << 16) | ((c ?? 0) << 8)) >>> 0;
    const message = query({ name: 'dl.example.org', edns: { options: [subnet(network)] } });
    t.equal(seen(message), touchIPv4(pool, address), network);
  }
  t.equal(seen(query({ name: 'dl.example.org' })), touchIPv4(pool, 0x7f00_0001));
  t.not(touchIPv4(pool, 0x0c07_0100), touchIPv4(pool, 0x7f00_0001), 'which are two places');
});

const ZONES = Array.from({ length: 40 }, (_, i) => EXAMPLE.replaceAll('example.org', `z${i}.example.org`));
const many = makeTable(ZONES, { locations: PLACES });

function answering(): Responder {
  const responder = newResponder(many.table, seededRandom(1), undefined, undefined, newPrefetched(SLOTS));
  setPeer(responder, Uint8Array.of(127, 0, 0, 1), 0, false);
  return responder;
}

const SLOTS = 8;

function adopt(responder: Responder, table: AnswerTable): void {
  adoptTable(responder, table, newHits(table.pools));
}

/** Looks ahead over a batch and answers it; gives the names of the pools that were foreseen. */
function answerBatch(responder: Responder, list: readonly Uint8Array[]): (string | undefined)[] {
  const { memory, messages } = batchOf(list);
  const { prefetched } = responder;
  if (prefetched === undefined) throw new Error('this responder looks ahead');
  prefetch(memory, messages, list.length, prefetched, responder);
  const foreseen = list.map((_, slot) => {
    const pool = responder.table.pools[prefetched.pools[slot] ?? -1];
    return pool === undefined ? undefined : `${pool.name.owner} ${pool.name.family}`;
  });
  for (const [slot, message] of list.entries()) {
    useSlot(slot, prefetched, responder);
    respond(memory, messages.starts[slot] ?? 0, message.length, false, responder);
  }
  return foreseen;
}

t.test('of many pools: what a message looks like says which was asked for the last time', async (t) => {
  const responder = answering();
  const edns = { options: [subnet('46.1.2.0/24')] };
  const names = ['dl.z3.example.org', 'dl.z4.example.org', 'dl.z39.example.org'];
  const list = names.flatMap((name) => [
    query({ name, edns }),
    query({ name }),
    query({ name, type: 'AAAA' }),
    query({ name: `x.${name}` }),
  ]);
  const asked = names.flatMap((name) => [`${name} ipv4`, `${name} ipv4`, `${name} ipv6`, undefined]);
  for (let i = 0; i < list.length; i += 4) {
    const messages = list.slice(i, i + 4);
    t.same(
      answerBatch(responder, messages),
      messages.map(() => undefined),
      'nothing is known yet',
    );
  }
  for (let i = 0; i < list.length; i += 4) {
    t.same(answerBatch(responder, list.slice(i, i + 4)), asked.slice(i, i + 4));
  }
  const { prefetched } = responder;
  const { rows, pools } = responder;
  const owner = rows.words[(prefetched?.rows[0] ?? 0) + ROW.OWNER] ?? -1;
  const first = pools.records[recordOf(prefetched?.pools[0] ?? -1) + POOL.ROWS] ?? -1;
  t.equal(owner - first, (prefetched?.located[0] ?? -1) >>> 8, 'down to the row');
  t.equal(
    prefetched?.addresses[0],
    0x2e01_0200,
    'for the network that the message says, and nothing behind it',
  );
  adopt(responder, { ...many.table, generation: 2 });
  t.same(
    answerBatch(responder, list.slice(0, 2)),
    asked.slice(0, 2),
    'a table of the same names changes nothing',
  );
  adopt(responder, makeTable(ZONES.slice(1), { locations: PLACES }).table);
  t.same(answerBatch(responder, list.slice(0, 2)), [undefined, undefined], 'new zones do');
});

t.test('any messages, any clients: nothing is written, and answers stay right', async () => {
  for (const responder of [asker().responder, answering()]) {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 0, maxLength: 60 }), { maxLength: SLOTS }), (list) => {
        const { memory, messages } = batchOf(list);
        const before = new Uint8Array(memory.buffer.slice(0));
        prefetch(memory, messages, list.length, responder.prefetched ?? newPrefetched(SLOTS), responder);
        return new Uint8Array(memory.buffer).every((octet, i) => octet === before[i]);
      }),
    );
  }
});

t.test('a new generation lets go of the old one', async (t) => {
  const { responder } = asker();
  adopt(responder, made.table);
  t.equal(responder.lastPool, -1);
  const ahead = answering();
  const known = (): boolean | undefined => ahead.prefetched?.pools.some((pool) => pool >= 0);
  answerBatch(ahead, [query({ name: 'dl.z3.example.org' })]);
  answerBatch(ahead, [query({ name: 'dl.z3.example.org' })]);
  t.ok(known());
  adopt(ahead, { ...many.table, generation: 2 });
  t.notOk(known(), 'pools may have other maps');
});

t.test('the name that a message looks to ask for is expected, and no other is taken for it', async (t) => {
  const responder = answering();
  const list = [3, 4, 39, 3].map((i) => query({ name: `dl.z${i}.example.org` }));
  const expected = (): boolean[] => {
    const { memory, messages } = batchOf(list);
    const { prefetched } = responder;
    if (prefetched === undefined) throw new Error('this responder looks ahead');
    prefetch(memory, messages, list.length, prefetched, responder);
    return list.map((message, slot) => {
      useSlot(slot, prefetched, responder);
      respond(memory, messages.starts[slot] ?? 0, message.length, false, responder);
      return responder.query.isLikely;
    });
  };
  t.same(expected(), [false, false, false, true], 'the last one is known from the first');
  t.same(expected(), [true, true, true, true]);
  // As if all messages looked alike.
  const { guesses, fingerprints: marks } = responder.prefetched ?? newPrefetched(1);
  const first = guesses.slice(marks[0] ?? 0, (marks[0] ?? 0) + 8);
  for (const mark of marks.subarray(1, 3)) guesses.set(first, mark);
  t.same(expected(), [true, false, false, true], 'a wrong guess is noticed');
  t.same(expected(), [true, true, true, true]);
});

t.test('where a client is is recalled for the same pool and address only', async (t) => {
  const prefetched = newPrefetched(2);
  t.equal(prefetchedLocation(prefetched, 0, 0, 0), -1, 'nothing is known at the start');
  prefetched.pools[1] = 7;
  prefetched.addresses[1] = 0x0c07_0100;
  prefetched.located[1] = 0x1218;
  t.equal(prefetchedLocation(prefetched, 1, 7, 0x0c07_0100), 0x1218);
  t.equal(prefetchedLocation(prefetched, 1, 8, 0x0c07_0100), -1);
  t.equal(prefetchedLocation(prefetched, 1, 7, 0x0c07_0200), -1);
  t.equal(prefetchedLocation(prefetched, 0, 7, 0x0c07_0100), -1);
});

t.test('answers are what they are without looking ahead, over generations', async (t) => {
  const ahead = answering();
  const plain = newResponder(many.table, seededRandom(1));
  setPeer(plain, Uint8Array.of(127, 0, 0, 1), 0, false);
  const chance = seededRandom(9);
  const pick = <T>(items: readonly [T, ...T[]]): T => items[Math.floor(chance() * items.length)] ?? items[0];
  const any = (): Uint8Array => {
    const prefix = pick(['46.1.2.0/24', '12.7.1.0/24', '46.1.0.0/16', '0.0.0.0/0', '2a00::/48', undefined]);
    const host = pick(['dl', 'www.dl', 'swiss.dl', 'x.dl', 'x.alias.dl']);
    return query({
      name: `${host}.z${pick([1, 2, 38])}.example.org`,
      type: pick(['A', 'AAAA', 'TXT']),
      ...(prefix !== undefined && { edns: { options: [subnet(prefix)] } }),
    });
  };
  const replies = (responder: Responder, list: readonly Uint8Array[]): string[] => {
    const { memory, messages } = batchOf(list.map((message) => Uint8Array.of(...message, ...ROOM)));
    for (const [slot, message] of list.entries()) {
      messages.ends[slot] = (messages.starts[slot] ?? 0) + message.length;
    }
    const { prefetched } = responder;
    if (prefetched !== undefined) prefetch(memory, messages, list.length, prefetched, responder);
    return list.map((message, slot) => {
      if (prefetched !== undefined) useSlot(slot, prefetched, responder);
      const start = messages.starts[slot] ?? 0;
      const length = respond(memory, start, message.length, false, responder);
      return Buffer.from(memory.buffer, start, length).toString('hex');
    });
  };
  const few = makeTable(ZONES.slice(1, 3), { locations: PLACES }).table;
  const other = makeTable(ZONES.slice(1).reverse(), { locations: { ...PLACES, '46.0.0.0/8': 'US' } }).table;
  for (const table of [many.table, { ...many.table, generation: 2 }, other, few, many.table]) {
    for (const responder of [ahead, plain]) adopt(responder, table);
    for (let batch = 0; batch < 60; batch++) {
      const list = Array.from({ length: SLOTS }, any);
      const expected = replies(plain, list);
      const given = replies(ahead, list);
      if (given.join() !== expected.join()) t.same(given, expected);
    }
  }
  t.pass();
});

const ROOM = new Uint8Array(1300);

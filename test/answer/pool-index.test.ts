/** The index of a worker's pools: wherever their arrays are, it leads to the same numbers, over generations too. */
import t from 'tap';
import {
  counterOf,
  deckAt,
  deckOf,
  decksMemory,
  indexPools,
  locationAt,
  POOL,
  recordOf,
} from '../../src/answer/pool-index.js';
import { adoptTable, newResponder } from '../../src/answer/responder.js';
import { DECK, type PoolTable } from '../../src/answer/table.js';
import { hitsOf, newHits } from '../../src/answer/tally.js';
import { seededRandom } from '../../src/random.js';
import { answerOctets, makeTable } from '../compile/make-table.js';
import { query, subnet } from '../dns-message.js';
import { AMERICAN, EXAMPLE, GERMAN, PLACES, SWISS } from './zones.js';

const { table, dealer, plans, numberOf } = makeTable([EXAMPLE], { locations: PLACES });
const { pools } = table;

type Numbers = Uint16Array | Uint32Array;
/** Gives room for so many octets: a memory, and where in it. */
type Claim = (octets: number) => readonly [buffer: SharedArrayBuffer, at: number];

const inOwn: Claim = (octets) => [new SharedArrayBuffer(octets), 0];

/** Room in one memory for all, behind something else; only words are aligned. */
function inOne(): Claim {
  const block = new SharedArrayBuffer(1 << 20);
  let end = 4;
  return (octets) => {
    const at = end;
    end += Math.ceil(octets / 4) * 4 + 4;
    return [block, at];
  };
}

function narrow(values: Numbers, claim: Claim): Uint16Array {
  const [buffer, at] = claim(values.length * 2);
  const array = new Uint16Array(buffer, at, values.length);
  array.set(values);
  return array;
}

function wide(values: Numbers, claim: Claim): Uint32Array {
  const [buffer, at] = claim(values.length * 4);
  const array = new Uint32Array(buffer, at, values.length);
  array.set(values);
  return array;
}

/** The same pool with its arrays elsewhere. */
function moved(pool: PoolTable, claim: Claim, isWide: boolean): PoolTable {
  const { addresses } = pool;
  const [buffer, at] = claim(addresses.byteLength);
  const octets = new Uint8Array(buffer, at, addresses.byteLength);
  octets.set(new Uint8Array(addresses.buffer, addresses.byteOffset, addresses.byteLength));
  return {
    ...pool,
    deckOf: isWide ? wide(pool.deckOf, claim) : narrow(pool.deckOf, claim),
    decks: wide(pool.decks, claim),
    cards: narrow(pool.cards, claim),
    addresses: new DataView(buffer, at, addresses.byteLength),
  };
}

const one = inOne();
const LAYOUTS: Record<string, readonly PoolTable[]> = {
  'in the compiler’s blocks': pools,
  'each array in its own memory': pools.map((pool) => moved(pool, inOwn, false)),
  'all in one memory, of 16 and of 32 bits': pools.map((pool, i) => moved(pool, one, i % 2 === 0)),
  'some here, some there': pools.map((pool, i) => moved(pool, i % 2 === 0 ? inOwn : inOne(), i % 3 === 0)),
};

t.test('it leads to the numbers of each pool', async (t) => {
  for (const [what, laid] of Object.entries(LAYOUTS)) {
    const hits = newHits(laid);
    const index = indexPools(laid, hits, seededRandom(1));
    for (const [number, pool] of laid.entries()) {
      const record = recordOf(number);
      const word = (which: number): number => index.records[record + which] ?? -1;
      const decks = decksMemory(index, record);
      const cards = index.halves[word(POOL.CARDS_IN)];
      t.equal(locationAt(index, record)?.map, pool.map, what);
      t.equal(locationAt(index, record)?.ipv6Root, pool.ipv6Root);
      t.same(
        Array.from(pool.deckOf, (_, catchment) => deckOf(index, record, catchment)),
        [...pool.deckOf],
      );
      for (let deck = 0; deck < pool.decks.length / DECK.WORDS; deck++) {
        const at = deckAt(index, record, deck);
        t.same(
          [...decks.subarray(at, at + DECK.WORDS)],
          [...pool.decks.subarray(deck * DECK.WORDS, (deck + 1) * DECK.WORDS)],
        );
      }
      t.same(
        [...(cards?.subarray(word(POOL.CARDS), word(POOL.CARDS) + pool.cards.length) ?? [])],
        [...pool.cards],
      );
      const addresses = Array.from({ length: pool.addresses.byteLength / 4 }, (_, i) =>
        pool.addresses.getInt32(i * 4, true),
      );
      t.same([...index.addresses.subarray(word(POOL.ADDRESSES))].slice(0, addresses.length), addresses);
      t.equal(word(POOL.ADDRESS_LENGTH), pool.name.family === 'ipv4' ? 4 : 16);
    }
  }
});

t.test('a record is one line of the cache', async (t) => {
  const { records } = indexPools(pools, newHits(pools), seededRandom(1));
  t.equal(records.byteOffset % 64, 0);
  t.equal(POOL.WORDS * records.BYTES_PER_ELEMENT, 64);
  t.ok(Math.max(...Object.values(POOL).filter((word) => word !== POOL.WORDS)) < POOL.WORDS);
});

t.test('each memory and each map is there once', async (t) => {
  const laid = LAYOUTS['all in one memory, of 16 and of 32 bits'] ?? [];
  const index = indexPools(laid, newHits(laid), seededRandom(1));
  t.equal(index.halves.length, 1);
  t.equal(index.words.length, 1);
  t.equal(index.locations.length, new Set(laid.map(({ map }) => map)).size);
  t.ok(index.locations.length < laid.length);
});

t.test('answers are the same wherever the arrays are', async (t) => {
  const messages = ['A', 'AAAA'].flatMap((type) =>
    ['dl', 'four.dl', 'swiss.dl', 'home.dl', 'www.dl'].flatMap((name) => [
      query({ name: `${name}.example.org`, type: type === 'A' ? 'A' : 'AAAA' }),
      query({ name: `${name}.example.org`, edns: { options: [subnet('46.1.2.0/24')] } }),
    ]),
  );
  const replies = (laid: readonly PoolTable[]): string[] => {
    const responder = newResponder({ ...table, pools: laid }, seededRandom(1));
    return messages.flatMap((message) =>
      [GERMAN, AMERICAN, SWISS, '127.0.0.1', '2a00::1'].map((from) =>
        Buffer.from(answerOctets(responder, message, { from })).toString('hex'),
      ),
    );
  };
  const expected = replies(pools);
  t.ok(new Set(expected).size > messages.length);
  for (const [what, laid] of Object.entries(LAYOUTS)) t.same(replies(laid), expected, what);
});

t.test('each catchment of each pool has its counter', async (t) => {
  const laid = pools.map((pool, i) => (i === 1 ? { ...pool, counted: 1 } : pool));
  const hits = newHits(laid);
  const index = indexPools(laid, hits, seededRandom(1));
  for (const [number, pool] of laid.entries()) {
    for (let catchment = 0; catchment < pool.deckOf.length; catchment++) {
      const at = counterOf(index, recordOf(number), catchment);
      hits.block[at] = (hits.block[at] ?? 0) + 1;
    }
  }
  for (const [number, pool] of laid.entries()) {
    const counted = [...hitsOf(hits, number)];
    t.same(counted, number === 1 ? [pool.deckOf.length] : Array.from(pool.deckOf, () => 1));
  }
});

t.test('pools whose decks stay go on with their cursors, others draw new ones', async (t) => {
  const number = numberOf('dl.example.org');
  const responder = newResponder(table, seededRandom(1));
  const cursorsOf = (pool: number, { decks }: PoolTable): number[] => {
    const first = responder.pools.records[recordOf(pool) + POOL.CURSORS] ?? -1;
    return [...responder.pools.cursors.subarray(first, first + decks.length / DECK.WORDS)];
  };
  for (const [at] of responder.pools.cursors.entries()) responder.pools.cursors[at] = at + 1;
  const before = pools.map((pool, i) => cursorsOf(i, pool));
  // With one mirror there are other decks, and fewer.
  const seats = plans[number]?.seats ?? [];
  const pool = dealer.deal(
    number,
    seats.map((_, i) => (i === 0 ? 'up' : 'down')),
  );
  t.not(pool.decks.length, pools[number]?.decks.length, 'cursors of the pools behind it move');
  const after = pools.map((other, i) => (i === number ? pool : other));
  adoptTable(responder, { ...table, generation: 2, pools: after }, () => 0.5);
  for (const [i, other] of after.entries()) {
    const drawn = Array.from({ length: other.decks.length / DECK.WORDS }, (_, deck) =>
      Math.floor((other.decks[deck * DECK.WORDS + DECK.CARDS] ?? 0) / 2),
    );
    t.same(cursorsOf(i, other), i === number ? drawn : before[i]);
  }
});

/** What answering counts: each query once, under all that it is. */
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { SIZES } from '../../src/answer/rate-limit.js';
import { adoptTable, newResponder, type Responder } from '../../src/answer/responder.js';
import type { AnswerTable } from '../../src/answer/table.js';
import {
  count,
  hitsOf as hitsIn,
  newCounters,
  newHits,
  newTally,
  RCODES,
  TALLY,
} from '../../src/answer/tally.js';
import { seededRandom } from '../../src/platform/random.js';
import type { AddressState } from '../../src/select/health-view.js';
import { RCODE } from '../../src/wire/codes.js';
import { anyMessage, soundQuery } from '../any-message.js';
import { answerOctets, makeTable, type Transport } from '../compile/make-table.js';
import { type Asked, addressesOf, query, readReply, subnet, withWord } from '../dns-message.js';
import { AMERICAN, EXAMPLE, GERMAN, PLACES, SWISS } from './zones.js';

const made = makeTable([EXAMPLE], { locations: PLACES });
const NAME = 'dl.example.org';

/** The counters of queries that are not 0, by name; rcodes by their number. */
function read({ tally }: Responder): Record<string, number> {
  const { RCODE: first, WORDS, ...single } = TALLY;
  const rcodes = Array.from({ length: RCODES }, (_, rcode) => [String(rcode), first + rcode] as const);
  return Object.fromEntries(
    [...Object.entries(single), ...rcodes]
      .map(([name, index]) => [name, tally[index] ?? 0] as const)
      .filter(([name, value]) => value !== 0 && !name.startsWith('ROWS_')),
  );
}

function counts(message: Uint8Array, transport: Transport = {}): Record<string, number> {
  const responder = newResponder(made.table, seededRandom(1));
  answerOctets(responder, message, transport);
  return read(responder);
}

t.test('a query is counted by family, rcode and subnet', async (t) => {
  const four = { QUERIES_IPV4: 1 };
  const ecs = { edns: { options: [subnet('5.1.2.0/24')] } };
  const cases: readonly [
    what: string,
    asked: Asked,
    counted: Record<string, number>,
    transport?: Transport,
  ][] = [
    ['an answer', { name: NAME }, { ...four, 0: 1 }],
    ['over TCP', { name: NAME }, { ...four, 0: 1 }, { tcp: true }],
    ['from IPv6', { name: NAME }, { QUERIES_IPV6: 1, 0: 1 }, { from: '2a00::1' }],
    ['EDNS without a subnet', { name: NAME, edns: {} }, { ...four, 0: 1 }],
    ['with a subnet', { name: NAME, ...ecs }, { ...four, WITH_SUBNET: 1, 0: 1 }],
    ['no data', { name: NAME, type: 'SSHFP' }, { ...four, 0: 1 }],
    ['no name', { name: `no.${NAME}`, ...ecs }, { ...four, WITH_SUBNET: 1, 3: 1 }],
    ['not ours', { name: 'example.com', ...ecs }, { ...four, WITH_SUBNET: 1, 5: 1 }],
    ['a type that is no data', { name: NAME, type: 'TSIG' }, { ...four, 1: 1 }],
    ['a transfer', { name: NAME, type: 'AXFR' }, { ...four, 5: 1 }],
    ['another opcode', { name: NAME, flags: 5 << 11 }, { ...four, 4: 1 }],
    ['another EDNS', { name: NAME, edns: { version: 1 } }, { ...four, 16: 1 }],
  ];
  for (const [what, asked, counted, transport] of cases)
    t.same(counts(query(asked), transport), counted, what);
  const anywhere = query({ name: NAME, edns: { options: [subnet('0.0.0.0/0')] } });
  t.same(counts(anywhere), { ...four, WITH_SUBNET: 1, 0: 1 }, 'a subnet of length 0 is one');
});

t.test('rows are counted when they are worked out', async (t) => {
  const responder = newResponder(made.table, seededRandom(1));
  for (let i = 0; i < 3; i++) answerOctets(responder, query({ name: NAME }), { from: GERMAN });
  answerOctets(responder, query({ name: NAME }), { from: AMERICAN });
  t.equal(responder.tally[TALLY.ROWS_WORKED_OUT], 2);
  t.equal(responder.tally[TALLY.ROWS_OVERWRITTEN], 0);
  t.ok((responder.tally[TALLY.ROWS_OCTETS] ?? 0) > 200);
});

t.test('what is malformed', async (t) => {
  const whole = query({ name: NAME, edns: { options: [subnet('5.1.2.0/24')] } });
  t.same(counts(whole.subarray(0, 20)), { QUERIES_IPV4: 1, 1: 1 }, 'before the question’s end');
  t.same(
    counts(query({ name: NAME, flags: 5 << 11 }).subarray(0, 20)),
    { QUERIES_IPV4: 1, 4: 1 },
    'the same of another opcode',
  );
  t.same(
    counts(whole.subarray(0, -1)),
    { QUERIES_IPV4: 1, 1: 1 },
    'behind it: then the subnet is not believed',
  );
  t.same(counts(withWord(whole, 2, 0x8000)), { QUERIES_IPV4: 1, SILENT: 1 }, 'a response');
  t.same(counts(whole.subarray(0, 11), { from: '::1' }), { QUERIES_IPV6: 1, SILENT: 1 }, 'no header');
  t.same(counts(new Uint8Array(0)), { QUERIES_IPV4: 1, SILENT: 1 }, 'nothing');
});

t.test('answers that are cut', async (t) => {
  const text = 'x'.repeat(250);
  const long = makeTable([`${EXAMPLE}  long: { TXT: [${text}1, ${text}2, ${text}3] }\n`]).table;
  const responder = newResponder(long, seededRandom(1));
  const message = query({ name: `long.${NAME}`, type: 'TXT' });
  answerOctets(responder, message);
  t.same(read(responder), { QUERIES_IPV4: 1, TRUNCATED: 1, 0: 1 });
  answerOctets(responder, message, { tcp: true });
  t.same(read(responder), { QUERIES_IPV4: 2, TRUNCATED: 1, 0: 2 });
});

t.test('whatever comes, each message is one query with one outcome', async (t) => {
  const responder = newResponder(made.table, seededRandom(1));
  let messages = 0;
  fc.assert(
    fc.property(fc.oneof(anyMessage, soundQuery), fc.boolean(), fc.boolean(), (message, tcp, six) => {
      answerOctets(responder, message, { tcp, from: six ? '2a00::1' : GERMAN });
      messages++;
      const {
        QUERIES_IPV4 = 0,
        QUERIES_IPV6 = 0,
        SILENT = 0,
        WITH_SUBNET,
        TRUNCATED,
        ...rcodes
      } = read(responder);
      const outcomes = Object.values(rcodes).reduce((sum, value) => sum + value, SILENT);
      return QUERIES_IPV4 + QUERIES_IPV6 === messages && outcomes === messages;
    }),
    { seed: 7, numRuns: 2000 },
  );
  const {
    SILENT = 0,
    WITH_SUBNET = 0,
    [RCODE.FORMERR]: malformed = 0,
    [RCODE.NOERROR]: good = 0,
  } = read(responder);
  for (const seen of [SILENT, WITH_SUBNET, malformed, good]) t.ok(seen > 0, 'and there was some of each');
});

/** What was counted for one pool, by catchment. */
function hitsOf(responder: Responder, pool: number): number[] {
  return [...hitsIn(responder.hits, pool)].slice(0, responder.table.pools[pool]?.counted);
}

/** The same by address. */
function addressHitsOf(responder: Responder, pool: number): number[] {
  return [...hitsIn(responder.hits, pool)].slice(responder.table.pools[pool]?.counted, -1);
}

/** Asks `times` times from somewhere. */
function ask(responder: Responder, asked: Asked, from: string, times = 1): void {
  const message = query(asked);
  for (let i = 0; i < times; i++) answerOctets(responder, message, { from });
}

/** The catchment of an IPv4 client in a pool, as answering counts it. */
function catchmentOf(table: AnswerTable, pool: number, name: string, from: string): number {
  const responder = newResponder(table, seededRandom(1));
  ask(responder, { name }, from);
  return hitsOf(responder, pool).indexOf(1);
}

t.test('a pool’s answers are counted by catchment', async (t) => {
  const { table, numberOf, geographies, plans } = made;
  const four = numberOf(NAME);
  const six = numberOf(NAME, 'ipv6');
  t.same(table.pools[four]?.name, { zone: NAME, owner: NAME, family: 'ipv4' });
  t.equal(
    table.pools[four]?.counted,
    (geographies[plans[four]?.geography ?? -1]?.catchments.starts.length ?? 0) - 1,
  );
  const places = [GERMAN, AMERICAN, SWISS, '127.0.0.1'].map((from) => catchmentOf(table, four, NAME, from));
  t.equal(new Set(places).size, 4, 'each of these is in a catchment of its own');
  t.notOk(places.includes(-1));

  const responder = newResponder(table, seededRandom(1));
  ask(responder, { name: NAME }, GERMAN, 5);
  ask(responder, { name: NAME, edns: { options: [subnet('12.1.2.0/24')] } }, GERMAN, 3);
  ask(responder, { name: `www.${NAME}` }, SWISS, 2);
  const expected = hitsOf(responder, four).map(() => 0);
  expected[places[0] ?? -1] = 5;
  expected[places[1] ?? -1] = 3;
  expected[places[2] ?? -1] = 2;
  t.same(hitsOf(responder, four), expected, 'by the subnet where there is one, and by way of an alias too');
  t.ok(hitsOf(responder, six).every((hits) => hits === 0));
  ask(responder, { name: NAME, type: 'AAAA' }, GERMAN);
  t.same([total(responder, four), total(responder, six)], [10, 1], 'each family for itself');
});

t.test('and by address: each answer counts for all that it holds', async (t) => {
  const number = made.numberOf(NAME);
  const responder = newResponder(made.table, seededRandom(1));
  const seen = new Map<string, number>();
  for (let i = 0; i < 50; i++) {
    const octets = answerOctets(responder, query({ name: NAME }), { from: GERMAN });
    for (const address of addressesOf(readReply(octets))) seen.set(address, (seen.get(address) ?? 0) + 1);
  }
  const texts = (made.plans[number]?.members ?? []).flatMap(({ addresses }) =>
    addresses.map(({ text }) => text),
  );
  t.same(
    addressHitsOf(responder, number),
    texts.map((text) => seen.get(text) ?? 0),
  );
  t.equal(
    addressHitsOf(responder, number).reduce((sum, hits) => sum + hits, 0),
    100,
    'two in each',
  );
});

function total(responder: Responder, pool: number): number {
  return hitsOf(responder, pool).reduce((sum, hits) => sum + hits, 0);
}

t.test('what has no address of the pool is no answer of it', async (t) => {
  const responder = newResponder(made.table, seededRandom(1));
  const swiss = made.numberOf(`swiss.${NAME}`);
  ask(responder, { name: `swiss.${NAME}` }, GERMAN);
  t.equal(total(responder, swiss), 0, 'nobody is there for this client');
  ask(responder, { name: `swiss.${NAME}` }, SWISS);
  t.equal(total(responder, swiss), 1);
  ask(responder, { name: NAME, type: 'TXT' }, SWISS);
  ask(responder, { name: NAME, type: 'SOA' }, SWISS);
  t.equal(total(responder, made.numberOf(NAME)), 0);
});

t.test('a pool that is counted as one', async (t) => {
  const number = made.numberOf(NAME);
  const pool = made.table.pools[number];
  if (pool === undefined) throw new Error('the pool is there');
  const pools = made.table.pools.map((each, i) => (i === number ? { ...pool, counted: 1 } : each));
  const table = { ...made.table, pools };
  const responder = newResponder(table, seededRandom(1));
  for (const from of [GERMAN, AMERICAN, SWISS, '2a00::1', '127.0.0.1']) ask(responder, { name: NAME }, from);
  t.same(hitsOf(responder, number), [5]);
});

t.test('verdicts go on with the counters, another table has its own', async (t) => {
  const mine = makeTable([EXAMPLE], { locations: PLACES });
  const { table } = mine;
  const number = mine.numberOf(NAME);
  const responder = newResponder(table, seededRandom(1));
  const { tally, hits } = responder;
  ask(responder, { name: NAME }, GERMAN);
  const state = (mine.plans[number]?.members ?? []).map((_, i): AddressState => (i === 0 ? 'down' : 'up'));
  mine.stand(number, { state });
  ask(responder, { name: NAME }, GERMAN);
  t.equal(responder.hits.block, hits.block);
  t.equal(total(responder, number), 2);

  const fresh = newHits(table.pools);
  adoptTable(responder, { ...table, generation: 3 }, fresh);
  ask(responder, { name: NAME }, GERMAN);
  t.equal(responder.hits.block, fresh.block);
  t.equal(total(responder, number), 1);
  t.equal(responder.tally, tally);
  t.equal(tally[TALLY.QUERIES_IPV4], 3);
  t.equal(Atomics.load(responder.adopted, 0), 3, 'it says that it has left the one before');
});

t.test('a worker counts where it is told to', async (t) => {
  const counters = newCounters(made.table.pools);
  const responder = newResponder(made.table, seededRandom(1), counters);
  ask(responder, { name: NAME }, GERMAN);
  t.equal(counters.tally[TALLY.QUERIES_IPV4], 1);
  t.equal(
    hitsIn(counters.hits, made.numberOf(NAME)).reduce((sum, hits) => sum + hits, 0),
    3,
    'one for the catchment, and for both of its addresses',
  );
});

/** Octets between a view’s start or end and that of its block. */
function margins(
  t: Test,
  { buffer, byteOffset, byteLength }: Float64Array,
): [before: number, behind: number] {
  t.ok(buffer instanceof SharedArrayBuffer);
  return [byteOffset, buffer.byteLength - byteOffset - byteLength];
}

t.test('blocks: shared, and with two cache lines free at either end', async (t) => {
  const { WORDS, ...indexes } = TALLY;
  const used = [...Object.values(indexes), TALLY.RCODE + RCODES - 1];
  t.ok(Math.min(...used) * 8 >= 128);
  t.ok((WORDS - 1 - Math.max(...used)) * 8 >= 128);
  t.equal(new Set(Object.values(indexes)).size, Object.values(indexes).length, 'no two are the same word');
  t.equal(TALLY.RCODE, Math.max(...Object.values(indexes)), 'nothing is behind the rcodes');
  t.ok(RCODES > RCODE.BADCOOKIE);
  t.equal(TALLY.ROWS_WORKED_OUT - TALLY.LIMITED_NETWORK, SIZES.length);
  const tally = newTally();
  t.equal(tally.length, WORDS);
  t.same(margins(t, tally), [0, 0]);

  const [pool] = made.table.pools;
  if (pool === undefined) throw new Error('there are pools');
  const addresses = new DataView(new ArrayBuffer(4));
  const hits = newHits(
    [2, 0, 1].map((count) => ({
      ...pool,
      counted: count + 1,
      addresses: new DataView(addresses.buffer, 0, 0),
    })),
  );
  t.same(
    [0, 1, 2, 3].map((number) => hitsIn(hits, number).length),
    [4, 2, 3, 0],
    'the last is that of refusals',
  );
  t.equal(
    hitsIn(newHits([{ ...pool, counted: 3, addresses, addressLength: 4 }]), 0).length,
    5,
    'and one for each address',
  );
  const around = [0, 1, 2].map((number) => margins(t, hitsIn(hits, number)));
  t.same(
    around.map(([before]) => before),
    [128, 160, 176],
    'one behind the other',
  );
  t.ok((around[2]?.[1] ?? 0) >= 128);
  t.equal(hitsIn(newHits([]), 0).length, 0);
});

t.test('a block is used again, empty, for as many counters as it can hold', async (t) => {
  const pools = (counted: number) => made.table.pools.map((pool) => ({ ...pool, counted }));
  const { block } = newHits(pools(100));
  block.fill(7);
  t.equal(newHits(pools(100), block).block, block);
  t.ok(block.every((hits) => hits === 0));
  t.equal(newHits(pools(120), block).block, block, 'some more too');
  t.equal(newHits(pools(1), block).block, block);
  const larger = newHits(pools(200), block);
  t.not(larger.block, block);
  t.equal(hitsIn(larger, 0).length - hitsIn(newHits(pools(100)), 0).length, 100);
});

t.test('counting is exact, and nothing beside a block is touched', async (t) => {
  const counters = new Float64Array(2);
  counters[0] = 2 ** 53 - 2;
  count(counters, 0);
  t.equal(counters[0], Number.MAX_SAFE_INTEGER);
  count(counters, 2);
  t.same([...counters], [Number.MAX_SAFE_INTEGER, 0]);
});

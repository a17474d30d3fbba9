/** What a worker keeps between queries: the cards that come next, over generations. */
import { setFlagsFromString } from 'node:v8';
import t from 'tap';
import { POOL, recordOf } from '../../src/answer/pool-index.js';
import { adoptTable, newResponder, setPeer } from '../../src/answer/responder.js';
import { DECK, withPools } from '../../src/answer/table.js';
import { seededRandom } from '../../src/random.js';
import { answerOctets, makeTable } from '../compile/make-table.js';
import { addressesOf, query, readReply } from '../dns-message.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { answers: 1 }, other: { answers: 1, mirrors: [a, b] } }
mirrors:
  a: { addresses: [192.0.2.1, "2001:db8::1"] }
  b: { addresses: [192.0.2.2, "2001:db8::2"] }
  c: { addresses: [192.0.2.3, "2001:db8::3"] }
`;

t.test('cards come one after the other, from a random one on, and begin again', async (t) => {
  const { table } = makeTable([ZONE]);
  const cards = table.pools[0]?.decks[1] ?? 0;
  t.equal(cards, 720);
  const draw = (seed: number, count: number): string[] => {
    const responder = newResponder(table, seededRandom(seed));
    const message = query({ name: 'dl.example.org' });
    return Array.from({ length: count }, () =>
      addressesOf(readReply(answerOctets(responder, message))).join(),
    );
  };
  const two = draw(1, 2 * cards);
  t.same(two.slice(0, cards), two.slice(cards), 'the deck begins again');
  t.equal(two.slice(0, cards).filter((address) => address === '192.0.2.1').length, 240);
  const other = draw(2, cards);
  t.not(other.join(), two.slice(0, cards).join(), 'another worker is elsewhere in it');
  t.ok([...other, ...other].join().includes(two.slice(0, cards).join()), 'in the same deck');
});

t.test('a generation that changes one pool leaves the others where they were', async (t) => {
  const { table, dealer, numberOf } = makeTable([ZONE]);
  const responder = newResponder(table, seededRandom(1));
  const draw = (name: string): string =>
    addressesOf(readReply(answerOctets(responder, query({ name })))).join();
  for (let i = 0; i < 100; i++) draw('other.dl.example.org');
  const number = numberOf('dl.example.org');
  const cursorsOf = (name: string): number[] => {
    const { records, cursors } = responder.pools;
    const first = records[recordOf(numberOf(name)) + POOL.CURSORS] ?? -1;
    return [
      ...cursors.subarray(first, first + (table.pools[numberOf(name)]?.decks.length ?? 0) / DECK.WORDS),
    ];
  };
  const kept = cursorsOf('other.dl.example.org');
  t.ok(kept.length > 0);
  const pool = dealer.deal(number, ['up', 'down', 'up']);
  adoptTable(responder, withPools(table, 2, [{ number, pool }]), seededRandom(2));
  t.equal(responder.table.generation, 2);
  t.same(cursorsOf('other.dl.example.org'), kept);
  const seen = new Set(Array.from({ length: 720 }, () => draw('dl.example.org')));
  t.same([...seen].sort(), ['192.0.2.1', '192.0.2.3']);
});

t.test('pools that share their decks do not take turns in them', async (t) => {
  const { table, numberOf } = makeTable([ZONE]);
  const four = numberOf('dl.example.org', 'ipv4');
  const six = numberOf('dl.example.org', 'ipv6');
  t.equal(table.pools[four]?.decks, table.pools[six]?.decks, 'A and AAAA are alike here');
  const responder = newResponder(table, seededRandom(1));
  for (let generation = 2; generation < 5; generation++) {
    adoptTable(responder, { ...table, generation }, seededRandom(generation));
  }
  const counts = new Map<string, number>();
  for (let i = 0; i < 720; i++) {
    for (const type of ['A', 'AAAA'] as const) {
      const [address = ''] = addressesOf(
        readReply(answerOctets(responder, query({ name: 'dl.example.org', type }))),
      );
      counts.set(address, (counts.get(address) ?? 0) + 1);
    }
  }
  t.same([...counts.values()], [240, 240, 240, 240, 240, 240], 'each sees all cards of its deck');
});

t.test('a table with other pools starts anew', async (t) => {
  const before = makeTable([ZONE]).table;
  const after = makeTable([ZONE.replace('pools: {', 'pools: { more: {},')]).table;
  const responder = newResponder(before, seededRandom(1));
  adoptTable(responder, after, seededRandom(1));
  t.equal(responder.pools.records.length, recordOf(after.pools.length));
  const message = query({ name: 'more.dl.example.org' });
  t.equal(addressesOf(readReply(answerOctets(responder, message))).length, 3);
  adoptTable(responder, before, seededRandom(1));
  t.equal(readReply(answerOctets(responder, message)).rcode, 3);
});

t.test('a peer’s address may be anywhere in its bytes', async (t) => {
  const responder = newResponder(makeTable([ZONE]).table, seededRandom(1));
  const bytes = new Uint8Array(64);
  setPeer(responder, bytes, 12, true);
  t.same(responder.peer, { bytes, offset: 12, ipv6: true });
});

t.test('what is expected of the next query is no more than a guess', async (t) => {
  const { table } = makeTable([ZONE]);
  const responder = newResponder(table, seededRandom(1));
  const ask = (name: string, type: 'A' | 'AAAA' | 'TXT' = 'A') =>
    readReply(answerOctets(responder, query({ name, type })));
  t.equal(ask('dl.example.org').answers?.length, 1);
  t.ok(responder.query.likely.length > 0, 'the name is expected again');
  t.equal(addressesOf(ask('DL.example.org', 'AAAA')).length, 1);
  t.equal(ask('other.dl.example.org').answers?.length, 1);
  t.same(ask('dl.example.org', 'TXT').answers, []);
  t.equal(ask('missing.dl.example.org').rcode, 3);
  t.equal(ask('example.org').rcode, 5);
  t.equal(ask('dl.example.org').answers?.length, 1);
  adoptTable(responder, makeTable([ZONE.replace('dl.', 'dx.')]).table, seededRandom(1));
  t.equal(ask('dl.example.org').rcode, 5, 'another generation has other names');
  t.equal(ask('dx.example.org').answers?.length, 1);
});

/** Whether two objects are of one shape to the engine, which says so only where it is asked in its own language. */
function sameShape(one: object, other: object): boolean {
  setFlagsFromString('--allow-natives-syntax');
  const ask = new Function('one', 'other', 'return %HaveSameMap(one, other)');
  setFlagsFromString('--no-allow-natives-syntax');
  return ask(one, other);
}

t.test(
  'all generations are of one shape, or what is compiled of answering would not outlive them',
  async (t) => {
    const { table, dealer, numberOf } = makeTable([ZONE]);
    const number = numberOf('dl.example.org');
    const responder = newResponder(table, seededRandom(1));
    const first = responder.table;
    const { hits } = responder;
    const pool = dealer.deal(number, ['up', 'down', 'up']);
    const tables = {
      'one that a message brought': structuredClone(table),
      'one with another pool': withPools(table, 2, [{ number, pool }]),
      'the same with a pool that a message brought': withPools(table, 3, structuredClone([{ number, pool }])),
    };
    for (const [words, next] of Object.entries(tables)) {
      adoptTable(responder, next, seededRandom(1), structuredClone(hits));
      t.ok(sameShape(responder.table, first), words);
      t.ok(sameShape(responder.table.names, first.names), `${words}: names`);
      t.ok(sameShape(responder.hits, hits), `${words}: hits`);
    }
    t.notOk(sameShape(structuredClone(table), first), 'they would differ by themselves');
  },
);

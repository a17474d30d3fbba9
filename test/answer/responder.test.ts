/** What a worker keeps between queries: rows and what it expects, over generations. */
import { setFlagsFromString } from 'node:v8';
import t from 'tap';
import { recordOf } from '../../src/answer/pool-index.js';
import { adoptTable, newResponder, type Responder, setPeer } from '../../src/answer/responder.js';
import { ROW } from '../../src/answer/rows.js';
import { newHits } from '../../src/answer/tally.js';
import { seededRandom } from '../../src/platform/random.js';
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

const draw = (responder: Responder, name: string, type: 'A' | 'AAAA' = 'A'): string =>
  addressesOf(readReply(answerOctets(responder, query({ name, type })))).join();

t.test('each worker draws for itself', async (t) => {
  const { table } = makeTable([ZONE]);
  const drawn = (seed: number): string => {
    const responder = newResponder(table, seededRandom(seed));
    return Array.from({ length: 200 }, () => draw(responder, 'dl.example.org')).join();
  };
  t.equal(drawn(1), drawn(1), 'by chance alone');
  t.not(drawn(1), drawn(2));
});

t.test('a verdict is answered by at once, and the walks of all go on', async (t) => {
  const { table, stand, numberOf } = makeTable([ZONE]);
  const number = numberOf('dl.example.org');
  const responder = newResponder(table, seededRandom(1));
  for (let i = 0; i < 10; i++) {
    draw(responder, 'dl.example.org');
    draw(responder, 'other.dl.example.org');
  }
  const taken = (): number[] =>
    [...responder.rows.at].filter((row) => row > 0).map((row) => responder.rows.words[row + ROW.WALK] ?? 0);
  t.same(taken(), [10, 10]);
  for (let i = 0; i < 600; i++) {
    const isOut = i % 2 === 1;
    stand(number, { state: ['up', isOut ? 'off' : 'up', 'up'] });
    const address = draw(responder, 'dl.example.org');
    if (isOut && address === '192.0.2.2') t.fail('it is out of all answers');
  }
  t.same(taken(), [610, 10]);
});

t.test('A and AAAA are drawn apart, so who asks for both in turn sees all of either', async (t) => {
  const { table } = makeTable([ZONE]);
  const responder = newResponder(table, seededRandom(1));
  const counts = new Map<string, number>();
  for (let i = 0; i < 1024; i++) {
    for (const type of ['A', 'AAAA'] as const) {
      const address = draw(responder, 'dl.example.org', type);
      counts.set(address, (counts.get(address) ?? 0) + 1);
    }
  }
  t.equal(counts.size, 6);
  for (const [address, count] of counts) t.ok(Math.abs(count - 1024 / 3) < 6, `${address} ${count}`);
});

t.test('a table with other pools starts anew', async (t) => {
  const before = makeTable([ZONE]).table;
  const after = makeTable([ZONE.replace('pools: {', 'pools: { more: {},')]).table;
  const responder = newResponder(before, seededRandom(1));
  adoptTable(responder, after, newHits(after.pools));
  t.equal(responder.pools.records.length, recordOf(after.pools.length));
  const message = query({ name: 'more.dl.example.org' });
  t.equal(addressesOf(readReply(answerOctets(responder, message))).length, 3);
  adoptTable(responder, before, newHits(before.pools));
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
  const other = makeTable([ZONE.replace('dl.', 'dx.')]).table;
  adoptTable(responder, other, newHits(other.pools));
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
    const { table } = makeTable([ZONE]);
    const responder = newResponder(table, seededRandom(1));
    const first = responder.table;
    const { hits } = responder;
    const tables = {
      'one that a message brought': structuredClone(table),
      'one that was spread': { ...table, generation: 2 },
    };
    for (const [words, next] of Object.entries(tables)) {
      adoptTable(responder, next, structuredClone(hits));
      t.ok(sameShape(responder.table, first), words);
      t.ok(sameShape(responder.table.names, first.names), `${words}: names`);
      t.ok(sameShape(responder.hits, hits), `${words}: hits`);
    }
    t.notOk(sameShape(structuredClone(table), first), 'they would differ by themselves');
  },
);

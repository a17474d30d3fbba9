/** Counters: what is counted of each message, and where. */
import fc from 'fast-check';
import t from 'tap';
import { adoptTable, newResponder } from '../../src/answer/responder.js';
import { newHits, newTally, RCODES, TALLY } from '../../src/answer/tally.js';
import { seededRandom } from '../../src/random.js';
import { anyMessage } from '../any-message.js';
import { answerOctets, makeTable } from '../compile/make-table.js';
import { type Asked, query, readReply, subnet } from '../dns-message.js';
import { AMERICAN, EXAMPLE, GERMAN, PLACES } from './zones.js';

const made = makeTable([EXAMPLE], { locations: PLACES });

function counting() {
  const tally = newTally();
  const hits = newHits(made.table.pools);
  const responder = newResponder(made.table, seededRandom(1), { tally, hits });
  const ask = (asked: Asked, from?: string) =>
    answerOctets(responder, query(asked), from === undefined ? {} : { from });
  const counted = (): Record<string, number> => {
    const found: Record<string, number> = {};
    for (const [name, index] of Object.entries(TALLY)) {
      const value = name === 'WORDS' ? 0 : (tally[index] ?? Number.NaN);
      if (name !== 'RCODE' && value !== 0) found[name] = value;
    }
    for (let rcode = 0; rcode < RCODES; rcode++) {
      const value = tally[TALLY.RCODE + rcode] ?? Number.NaN;
      if (value !== 0) found[`rcode ${rcode}`] = value;
    }
    return found;
  };
  return { tally, hits, responder, ask, counted };
}

t.test('each message by family, and by what came of it', async (t) => {
  const { ask, counted } = counting();
  t.same(counted(), {});
  ask({ name: 'dl.example.org' });
  ask({ name: 'dl.example.org' }, '2001:db8::1');
  ask({ name: 'x.dl.example.org', edns: { options: [subnet('5.0.0.0/8')] } });
  ask({ name: 'example.com', edns: { options: [subnet('5.0.0.0/8')] } });
  ask({ name: 'dl.example.org', flags: 0x8000 });
  ask({ name: 'dl.example.org', flags: 0x2800 });
  ask({ name: 'dl.example.org', edns: { version: 1 } });
  ask({ name: new Uint8Array([0xc0, 12]) });
  t.same(counted(), {
    QUERIES_IPV4: 7,
    QUERIES_IPV6: 1,
    WITH_SUBNET: 2,
    SILENT: 1,
    'rcode 0': 2,
    'rcode 1': 1,
    'rcode 3': 1,
    'rcode 4': 1,
    'rcode 5': 1,
    'rcode 16': 1,
  });
});

t.test('truncated answers', async (t) => {
  const zone = `zone: e.org\nns: [n.e.net]\npools: { p: {} }\nmirrors: { m: { addresses: [192.0.2.1] } }\nrecords: { big: { TXT: ["${'x'.repeat(900)}"] } }\n`;
  const { table } = makeTable([zone]);
  const tally = newTally();
  const responder = newResponder(table, seededRandom(1), { tally, hits: newHits(table.pools) });
  answerOctets(responder, query({ name: 'big.e.org', type: 'TXT' }));
  answerOctets(responder, query({ name: 'big.e.org', type: 'TXT', edns: {} }));
  t.same([tally[TALLY.TRUNCATED], tally[TALLY.RCODE]], [1, 2]);
});

t.test('answers of a pool by catchment', async (t) => {
  const { ask, hits } = counting();
  const number = made.numberOf('dl.example.org');
  const own = hits[number] ?? new Float64Array();
  t.equal(own.length, made.geographies[made.plans[number]?.geography ?? -1]?.catchments.length);
  for (let i = 0; i < 3; i++) ask({ name: 'dl.example.org' }, GERMAN);
  for (let i = 0; i < 2; i++) ask({ name: 'web.dl.example.org' }, AMERICAN);
  ask({ name: 'dl.example.org', type: 'TXT' });
  t.same(
    [...own].filter((value) => value > 0).sort(),
    [2, 3],
    'an alias counts for its pool, other types do not',
  );
  const swiss = made.numberOf('swiss.dl.example.org');
  ask({ name: 'swiss.dl.example.org' }, GERMAN);
  t.same(
    [...(hits[swiss] ?? [])].filter((value) => value > 0),
    [],
    'nobody was answered with',
  );
  const others = hits.flatMap((counters, i) => (i === number ? [] : [...counters]));
  t.ok(others.every((value) => value === 0));
});

t.test('the sum of all outcomes is the number of queries', async (t) => {
  const { responder, tally } = counting();
  let answered = 0;
  fc.assert(
    fc.property(anyMessage, (message) => {
      const reply = answerOctets(responder, message);
      if (reply.length > 0) {
        const before = tally[TALLY.RCODE + readReply(reply).rcode] ?? 0;
        answered++;
        if (before === 0) return false;
      }
      const outcomes = tally.subarray(TALLY.RCODE, TALLY.RCODE + RCODES).reduce((a, b) => a + b);
      const queries = (tally[TALLY.QUERIES_IPV4] ?? 0) + (tally[TALLY.QUERIES_IPV6] ?? 0);
      return outcomes === answered && outcomes + (tally[TALLY.SILENT] ?? 0) === queries;
    }),
    { numRuns: 2000 },
  );
  t.ok(answered > 0);
});

t.test('workers do not share cache lines', async (t) => {
  const tally = newTally();
  const [first] = Object.values(TALLY);
  t.ok((first ?? 0) * 8 >= 128, 'two lines are free before the first counter');
  t.ok((tally.length - TALLY.RCODE - RCODES) * 8 >= 128, 'and behind the last');
  const hits = newHits([{ counted: 3 }, { counted: 1 }, { counted: 0 }, { counted: 5 }]);
  t.same(
    hits.map(({ length, byteOffset }) => [length, byteOffset]),
    [
      [3, 128],
      [1, 152],
      [0, 160],
      [5, 160],
    ],
  );
  t.equal(hits[0]?.buffer.byteLength, 128 + 72 + 128);
});

t.test('a table with other pools is counted elsewhere', async (t) => {
  const { responder, hits, ask } = counting();
  const other = newHits(made.table.pools);
  adoptTable(responder, { ...made.table, generation: 2 }, seededRandom(1));
  ask({ name: 'dl.example.org' });
  adoptTable(responder, { ...made.table, generation: 3 }, seededRandom(1), other);
  ask({ name: 'dl.example.org' });
  ask({ name: 'dl.example.org' });
  const sum = (all: typeof hits): number =>
    all.reduce((total, own) => total + own.reduce((a, b) => a + b, 0), 0);
  t.same([sum(hits), sum(other)], [1, 2]);
});

t.test('very many catchments are counted together', async (t) => {
  const [pool] = made.table.pools;
  if (pool === undefined) throw new Error('no pool');
  const table = { ...made.table, pools: made.table.pools.map((own) => ({ ...own, counted: 1 })) };
  const hits = newHits(table.pools);
  const responder = newResponder(table, seededRandom(1), { tally: newTally(), hits });
  for (const from of [GERMAN, AMERICAN, '99.0.0.1']) {
    answerOctets(responder, query({ name: 'dl.example.org' }), { from });
  }
  t.same([...(hits[made.numberOf('dl.example.org')] ?? [])], [3]);
});

/** What the page of a pool is drawn from: who is where, in the order of the pool, and how all stand by family. */
import t from 'tap';
import { poolFacts } from '../../src/daemon/pool-facts.js';
import { indexTargets } from '../../src/daemon/target-index.js';
import { makeWorld } from './made-world.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
pools: { "@": { mirrors: [b, a], near_km: 7, answers: 2 }, eu: { mirrors: [a] } }
mirrors:
  a: { addresses: [192.0.2.1, "2001:db8::1"] }
  b: { addresses: [192.0.2.2] }
`;
/** A zone inside it, with a pool of the same name as one of its own. */
const INNER = `
zone: eu.dl.example.org
ns: [ns.example.net]
pools: { "@": {} }
mirrors: { c: { addresses: [192.0.2.3] } }
`;
const made = makeWorld([ZONE, INNER]);
const index = indexTargets({ ...made, places: [[{ country: 'DE' }, { country: 'NL' }], [{}]] });
const facts = (zone: string, owner: string) =>
  poolFacts(
    index,
    (pool) => ({
      panic: false,
      states: made.pools[pool]?.family === 'ipv4' ? ['down', 'up'] : ['up'],
      growth: [3],
    }),
    zone,
    owner,
    0,
  );

t.test('mirrors are where the world has them, and each family has its own facts', async (t) => {
  const found = facts('dl.example.org', 'dl.example.org');
  t.same(found?.mirrors, [
    { name: 'b', place: { country: 'NL' } },
    { name: 'a', place: { country: 'DE' } },
  ]);
  t.match(found?.families, [
    {
      family: 'ipv4',
      settings: { nearKm: 7 },
      question: {
        owner: 'dl.example.org',
        answers: 2,
        health: [
          { state: 'down', growth: 3 },
          { state: 'up', growth: 10 },
        ],
      },
    },
    { family: 'ipv6', question: { health: [{ state: 'up', growth: 3 }] } },
  ]);
  t.equal(found?.families[0]?.candidates.length, 2);
  t.equal(found?.families[1]?.candidates.length, 1);
});

t.test('a pool of the same name in another zone is another one, and what is none has no facts', async (t) => {
  const outer = facts('dl.example.org', 'eu.dl.example.org');
  t.same([outer?.mirrors.map(({ name }) => name), outer?.families.length], [['a'], 2]);
  t.equal(facts('dl.example.org', 'www.dl.example.org'), undefined);
  t.equal(facts('example.com', 'dl.example.org'), undefined);
});

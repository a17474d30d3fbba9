import t from 'tap';
import { type Countable, count, newHits } from '../../src/answer/tally.js';
import { addChosen, chosenCounters, refusedByChosen } from '../../src/server/chosen-counters.js';

const pool = (
  owner: string,
  keys: readonly string[],
  chosenFrom?: string,
  family: 'ipv4' | 'ipv6' = 'ipv4',
) => ({
  name: { zone: 'example.org', owner, family, ...(chosenFrom !== undefined && { chosenFrom }) },
  counted: chosenFrom === undefined ? 2 : 1,
  addresses: new DataView(new ArrayBuffer(4 * keys.length)),
  addressLength: 4,
  keys,
});

const POOLS: readonly (Countable & { readonly keys: readonly string[] })[] = [
  pool('dl', ['a', 'b', 'c']),
  pool('dl', ['a'], undefined, 'ipv6'),
  pool('other', ['a']),
  pool('de.dl', ['c', 'a'], 'dl'),
  pool('b.dl', ['b'], 'dl'),
  pool('a.dl', ['a'], 'dl', 'ipv6'),
];

t.test('answers to chosen names are counted for the addresses of their pool', async (t) => {
  const chosen = chosenCounters(POOLS);
  t.same([...chosen.keys()], [0, 1]);
  const hits = newHits(POOLS);
  const answer = (number: number, address: number): void => {
    const start = hits.starts[number] ?? 0;
    count(hits.block, start);
    count(hits.block, start + (POOLS[number]?.counted ?? 0) + address);
  };
  for (let i = 0; i < 3; i++) answer(3, 0);
  answer(3, 1);
  answer(4, 0);
  answer(0, 0);
  answer(2, 0);
  const sums = [10, 10, 10];
  t.equal(addChosen(chosen.get(0) ?? [], hits, sums), 5);
  t.same(sums, [11, 11, 13], 'what the pool counted itself is added by others');
  t.equal(addChosen(chosen.get(1) ?? [], hits, sums), 0);
});

t.test('refusals by chosen names are counted too', async (t) => {
  const chosen = chosenCounters(POOLS);
  const hits = newHits(POOLS);
  for (const number of [0, 3, 3, 4, 5]) count(hits.block, (hits.starts[number + 1] ?? 0) - 1);
  t.same([refusedByChosen(chosen.get(0) ?? [], hits), refusedByChosen(chosen.get(1) ?? [], hits)], [3, 1]);
  t.equal(addChosen(chosen.get(0) ?? [], hits, []), 0, 'they are no answers');
});

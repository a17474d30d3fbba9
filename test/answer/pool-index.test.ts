/** The index of a worker's pools: a line of the cache each, which leads to the same numbers as their tables. */
import t from 'tap';
import { catchmentCount } from '../../src/answer/catchments.js';
import { counterOf, indexPools, locationAt, POOL, recordOf } from '../../src/answer/pool-index.js';
import { newRows } from '../../src/answer/rows.js';
import { hitsOf, newHits } from '../../src/answer/tally.js';
import { makeTable } from '../compile/make-table.js';
import { EXAMPLE, PLACES } from './zones.js';

const { table } = makeTable([EXAMPLE], { locations: PLACES });
const { pools } = table;

t.test('it leads to the numbers of each pool', async (t) => {
  const hits = newHits(pools);
  const rows = newRows(1 << 16);
  const index = indexPools(pools, hits, rows);
  let owners = 0;
  for (const [number, pool] of pools.entries()) {
    const record = recordOf(number);
    const word = (which: number): number => index.records[record + which] ?? -1;
    t.equal(locationAt(index, record)?.map, pool.map);
    t.equal(locationAt(index, record)?.ipv6Root, pool.ipv6Root);
    t.equal(word(POOL.ROWS), owners, 'its catchments are owners of their own');
    t.equal(word(POOL.STATE), pool.stateAt);
    const addresses = Array.from({ length: pool.addresses.byteLength / 4 }, (_, i) =>
      pool.addresses.getInt32(i * 4, true),
    );
    t.same([...index.addresses.subarray(word(POOL.ADDRESSES))].slice(0, addresses.length), addresses);
    t.equal(word(POOL.ADDRESS_LENGTH), pool.name.family === 'ipv4' ? 4 : 16);
    owners += catchmentCount(pool.catchments);
  }
  t.equal(rows.at.length, owners);
  t.equal(
    index.locations.length,
    new Set(pools.map(({ firstLevel }) => firstLevel)).size,
    'each map is there once',
  );
  t.ok(index.locations.length < pools.length);
});

t.test('a record is one line of the cache', async (t) => {
  const { records } = indexPools(pools, newHits(pools), newRows(1 << 16));
  t.equal(records.byteOffset % 64, 0);
  t.equal(POOL.WORDS * records.BYTES_PER_ELEMENT, 64);
  t.ok(Math.max(...Object.values(POOL).filter((word) => word !== POOL.WORDS)) < POOL.WORDS);
});

t.test('a worker has its records in the same memory over generations', async (t) => {
  const two = indexPools(pools.slice(0, 2), newHits(pools), newRows(1 << 16));
  const hits = newHits(pools);
  const all = indexPools(pools, hits, newRows(1 << 16), two);
  t.not(all.records, two.records, 'as far as it has room');
  const again = indexPools(
    pools,
    hits,
    newRows(1 << 16),
    indexPools(pools.toReversed(), hits, newRows(1 << 16), all),
  );
  t.equal(again.records, all.records);
  t.same(again.records, indexPools(pools, hits, newRows(1 << 16)).records);
});

t.test('each catchment and each address of each pool has its counter, and its refusals', async (t) => {
  const laid = pools.map((pool, i) => (i === 1 ? { ...pool, counted: 1 } : pool));
  const hits = newHits(laid);
  const index = indexPools(laid, hits, newRows(1 << 16));
  const add = (at: number): void => {
    hits.block[at] = (hits.block[at] ?? 0) + 1;
  };
  const addressesOf = (pool: (typeof laid)[number]): number => pool.addresses.byteLength / pool.addressLength;
  for (const [number, pool] of laid.entries()) {
    const record = recordOf(number);
    for (let i = 0; i < catchmentCount(pool.catchments); i++) add(counterOf(index, record, i));
    for (let i = 0; i < addressesOf(pool); i++) add((index.records[record + POOL.ADDRESS_HITS] ?? 0) + i);
    for (let i = 0; i < 3; i++) add(index.records[record + POOL.REFUSED_HITS] ?? 0);
  }
  for (const [number, pool] of laid.entries()) {
    const count = catchmentCount(pool.catchments);
    const expected = number === 1 ? [count] : new Array(count).fill(1);
    t.same([...hitsOf(hits, number)], [...expected, ...new Array(addressesOf(pool)).fill(1), 3]);
  }
});

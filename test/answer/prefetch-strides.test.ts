/** Stride by stride, a batch of clients comes to the catchments that each of them has by itself. */
import t from 'tap';
import { locateNumber } from '../../src/answer/locate.js';
import { indexPools } from '../../src/answer/pool-index.js';
import { findByStrides } from '../../src/answer/prefetch-strides.js';
import { newPrefetched } from '../../src/answer/prefetched.js';
import { newRows } from '../../src/answer/rows.js';
import type { PoolTable } from '../../src/answer/table.js';
import { newHits } from '../../src/answer/tally.js';
import { packMaps } from '../../src/compile/map/packed-maps.js';
import { layOutPools } from '../../src/compile/pool-tables.js';
import { seededRandom } from '../../src/platform/random.js';
import { makeTable } from '../compile/make-table.js';

const SLOTS = 64;
/** Prefixes of many lengths in few networks. */
const PREFIXES = Object.fromEntries(
  Array.from({ length: 400 }, (_, i) => {
    const [second, third, fourth] = [i % 5, (i * 37) % 256, (i * 91) % 256];
    const length = 9 + (i % 23);
    const record = { country_code: 'DE', latitude: (i % 120) - 60, longitude: (i * 7) % 170 };
    return [`20.${second}.${third}.${fourth}/${length}`, record];
  }),
);

const zone = (number: number, more = ''): string => `
zone: z${number}.example.org
ns: [ns.example.net]
pools: { "@": { answers: 1, near_km: 0 }, flat: { near_km: 20000 } }
mirrors:
  a: { addresses: [192.0.2.1], location: { latitude: ${number * 3 - 60}, longitude: 10 }${more} }
  b: { addresses: [192.0.2.2], location: { latitude: 20, longitude: ${number * 5} } }
  c: { addresses: [192.0.2.3], location: { latitude: -40, longitude: 120 } }
`;
const ZONES = [...Array.from({ length: 12 }, (_, i) => zone(i)), zone(12, ', networks: [20.3.0.0/18]')];

/** Pools over the grid, their maps in one memory. */
function poolsOnGrid(): readonly PoolTable[] {
  const { plans, geographies } = makeTable(ZONES, { locations: PREFIXES, mapMemory: 0 });
  return layOutPools(plans, packMaps(geographies).geographies).pools;
}

function addressesOf(count: number): Int32Array {
  const random = seededRandom(3);
  return Int32Array.from({ length: count }, () =>
    random() < 0.2 ? random() * 2 ** 32 : (20 << 24) | (random() * 6 * 2 ** 16),
  );
}

t.test('whatever maps the pools have', async (t) => {
  const pools = poolsOnGrid();
  const kinds = [...new Set(pools.map(({ strides }) => strides))];
  t.equal(kinds.filter(({ length }) => length > 0).length, 1, 'nearly all share strides');
  t.ok(
    pools.some(({ strides, cells }) => strides.length === 0 && cells.length > 0),
    'one has a tree of its own',
  );
  t.ok(
    pools.some(({ cells }) => cells.length === 0),
    'and some have nothing to find',
  );
  const index = indexPools(pools, newHits(pools), newRows(1 << 16));
  const { strided } = index;
  if (strided === undefined) throw new Error('pools have strides');
  const prefetched = newPrefetched(SLOTS);
  const all = addressesOf(40 * SLOTS);
  for (let from = 0; from < all.length; from += SLOTS) {
    const addresses = all.subarray(from, from + SLOTS);
    prefetched.addresses.set(addresses);
    for (let slot = 0; slot < SLOTS; slot++)
      prefetched.pools[slot] = ((from + slot * 7) % (pools.length + 1)) - 1;
    findByStrides(SLOTS, prefetched, index, strided);
    for (const [slot, address] of addresses.entries()) {
      const pool = pools[prefetched.pools[slot] ?? -1];
      if (pool !== undefined && prefetched.located[slot] !== locateNumber(pool, address))
        t.fail(`${pool.name.owner}, ${address}`);
    }
  }
});

t.test('maps in other memory are not taken for those', async (t) => {
  const { plans, geographies } = makeTable(ZONES, { locations: PREFIXES, mapMemory: 0 });
  const { pools } = layOutPools(plans, geographies);
  const index = indexPools(pools, newHits(pools), newRows(1 << 16));
  const { strided } = index;
  if (strided === undefined) throw new Error('pools have strides');
  const prefetched = newPrefetched(pools.length);
  const address = addressesOf(1)[0] ?? 0;
  prefetched.addresses.fill(address);
  prefetched.pools.set([...pools.keys()]);
  findByStrides(pools.length, prefetched, index, strided);
  t.same(
    [...prefetched.located],
    pools.map((pool) => locateNumber(pool, address)),
  );
});

/** Worlds in one piece of memory each, which is used again. */
import t from 'tap';
import { layOutPools } from '../../src/compile/pool-tables.js';
import { buffersOf, layTogether } from '../../src/compile/world-memory.js';
import { EXAMPLE, PLACES } from '../answer/zones.js';
import { addressesOf } from '../dns-message.js';
import { asker, makeTable } from './make-table.js';

const { table, plans, geographies } = makeTable([EXAMPLE], { locations: PLACES });
const { names, answers, pointers, bodies, signedFrom, proofs } = table;
const live = {
  world: {
    zones: [],
    refused: [],
    places: [],
    names: { names, answers, pointers, bodies, signedFrom, proofs },
    pools: plans,
    geo: [],
    sources: { location: { path: '', source: 'embedded' as const }, problems: [], passedOver: [] },
    maps: { memory: 0, octets: 0, onGrid: [] },
    expires: new Map(),
  },
  ...layOutPools(plans, geographies),
};

t.test('all tables of a world lie in one memory, and say what they said', async (t) => {
  const { world, pools, state, memory } = layTogether(live);
  t.same([...buffersOf([world.names, pools, state])], [memory]);
  t.ok(memory instanceof SharedArrayBuffer);
  t.same(world.names, live.world.names);
  t.same(pools, live.pools);
  t.same(state, live.state);
  const maps = (all: typeof pools): number[] =>
    all.map(({ map }) => all.findIndex((pool) => pool.map === map));
  t.same(maps(pools), maps(live.pools), 'pools share what they shared');
  t.ok(new Set(maps(pools)).size < pools.length);
  const views = pools.flatMap(({ map, weights, byWeight }) => [map, weights, byWeight]);
  t.ok(views.every(({ byteOffset, BYTES_PER_ELEMENT }) => byteOffset % BYTES_PER_ELEMENT === 0));
  t.equal(world.names.names.nodes.byteOffset % 64, 0, 'nodes are whole lines of the cache');
  const together = { generation: 2, ...world.names, pools, state: table.state };
  const asked = { name: 'dl.example.org' };
  t.same(addressesOf(asker(together)(asked)), addressesOf(asker(table)(asked)));
});

t.test('what reflects lies there too', async (t) => {
  const reflecting = `${EXAMPLE}reflect: me\n`;
  const { reflection } = makeTable([reflecting], { locations: PLACES, asns: { '5.0.0.0/8': 64_500 } }).table;
  if (reflection === undefined) throw new Error('it reflects');
  const laid = layTogether({ ...live, reflection });
  t.same(laid.reflection, reflection);
  t.same([...buffersOf(laid.reflection)], [laid.memory]);
});

t.test('memory of another world is used again where it is large enough', async (t) => {
  const first = layTogether(live);
  new Uint8Array(first.memory).fill(0xff);
  const second = layTogether(live, first.memory);
  t.equal(second.memory, first.memory);
  t.same(second.pools, live.pools, 'nothing is left of what was in it');
  t.same(second.state, live.state);
  const small = new SharedArrayBuffer(64);
  t.not(layTogether(live, small).memory, small);
  const used = [...buffersOf([live.world.names, live.pools, live.state])];
  const octets = used.reduce((sum, { byteLength }) => sum + byteLength, 0);
  t.ok(first.memory.byteLength > 1.2 * octets, 'a world that grows a little fits too');
});

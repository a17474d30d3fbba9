/** What answering reads of pools, laid out in memory that all of them share. */
import t from 'tap';
import { stateVersion } from '../../src/answer/pool-state.js';
import type { PoolTable } from '../../src/answer/table.js';
import { layOutPools } from '../../src/compile/pool-tables.js';
import { EXAMPLE, PLACES } from '../answer/zones.js';
import { makeTable } from './make-table.js';
import { bandsOfCatchment } from './map/bands-of.js';
import { catchmentsOf } from './map/catchments-of.js';

const made = makeTable([EXAMPLE], { locations: PLACES });

/** The table of the first of `pools` equal pools whose geography has so many catchments. */
function laidOut(pools: number, catchments: number): PoolTable | undefined {
  const plan = made.plans[made.numberOf('dl.example.org')];
  const geography = made.geographies[plan?.geography ?? -1];
  if (plan === undefined || geography === undefined) throw new Error('the pool is there');
  const bands = bandsOfCatchment(geography.catchments, 0);
  return layOutPools(
    Array.from({ length: pools }, () => ({ ...plan, geography: 0 })),
    [
      {
        table: geography.table,
        catchments: catchmentsOf(Array.from({ length: catchments }, () => bands)),
        isOnGrid: false,
      },
    ],
  ).pools[0];
}

t.test('a counter for each catchment, as long as they can all be read in no time', async (t) => {
  t.equal(laidOut(1, 1)?.counted, 1);
  t.equal(laidOut(1, 2000)?.counted, 2000);
  t.equal(laidOut(1000, 65)?.counted, 65);
  t.equal(laidOut(1000, 66)?.counted, 1);
  t.equal(laidOut(100_000, 1)?.counted, 1, 'there is always one');
});

t.test('each pool has its own part of what they share', async (t) => {
  const { table, plans } = made;
  for (const [number, plan] of plans.entries()) {
    const pool = table.pools[number];
    if (pool === undefined) throw new Error('each plan has a table');
    t.same(
      [...pool.weights],
      plan.members.map(({ weight }) => weight),
    );
    const addresses = plan.members.map(({ addresses }) => addresses.length);
    t.same(
      [...pool.firstAddress].slice(1).map((first, i) => first - (pool.firstAddress[i] ?? 0)),
      addresses,
    );
    const octets = new Uint8Array(
      pool.addresses.buffer,
      pool.addresses.byteOffset,
      pool.addresses.byteLength,
    );
    t.same(
      [...octets],
      plan.members.flatMap((member) => member.addresses.flatMap(({ bytes }) => [...bytes])),
    );
    t.equal(pool.addressLength, plan.family === 'ipv4' ? 4 : 16);
    const heaviest = [...pool.byWeight].map((candidate) => pool.weights[candidate] ?? 0);
    t.same(
      heaviest,
      [...heaviest].sort((a, b) => b - a),
    );
    t.same(
      [...pool.byWeight].sort(),
      plan.members.map((_, i) => i),
    );
    t.equal(stateVersion(table.state, pool.stateAt), 1, 'it was written once, by nobody else');
  }
});

/** Generations of a table. */
import t from 'tap';
import { withPools } from '../../src/answer/table.js';
import { makeTable } from '../compile/make-table.js';
import { EXAMPLE } from './zones.js';

t.test('pools are replaced, all else is shared', async (t) => {
  const { table, dealer, plans } = makeTable([EXAMPLE]);
  const seats = plans[1]?.seats.length ?? 0;
  const pool = dealer.deal(1, new Array<'up'>(seats).fill('up'));
  const pools = [...table.pools];
  const next = withPools(table, 9, [{ number: 1, pool }]);
  t.equal(next.generation, 9);
  t.equal(next.pools[1], pool);
  for (const [i, before] of pools.entries()) if (i !== 1 && next.pools[i] !== before) t.fail(`pool ${i}`);
  t.equal(next.names, table.names);
  t.equal(next.bodies, table.bodies);
  t.same(table.pools, pools, 'the generation before stays as it was');
  t.equal(table.generation, 1);
});

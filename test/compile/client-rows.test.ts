/** Rows for those who explain: by member, whatever its addresses, and as workers would have them. */
import t from 'tap';
import { type RowQuestion, rowsOfClients } from '../../src/compile/client-rows.js';
import { createCatchmentStore } from '../../src/compile/map/catchment-store.js';
import { parseAddress } from '../../src/ip/address.js';

const address = (last: number) => {
  const found = parseAddress(`192.0.2.${last}`);
  if (found === null) throw new Error(`${last}`);
  return found;
};
/** Of a, with two addresses, b and c; the second catchment has c first. */
function question(more: Partial<RowQuestion> = {}): RowQuestion {
  const store = createCatchmentStore(3);
  store.add({ tiers: [], sizes: [], members: new Uint32Array(), rest: 'near' });
  store.add({ tiers: ['near'], sizes: [1], members: Uint32Array.of(2), rest: 'far' });
  const member = (mirror: string, weight: number, ...lasts: number[]) => ({
    mirror,
    weight,
    backup: false,
    addresses: lasts.map(address),
  });
  return {
    owner: 'dl.example.org',
    members: [member('a', 2, 1, 2), member('b', 1, 3), member('c', 1, 4)],
    catchments: store.all(),
    answers: 1,
    maxShare: 1,
    panic: 'answer',
    health: Array.from({ length: 4 }, () => ({ state: 'up' as const, growth: 10 })),
    epoch: 1,
    ...more,
  };
}
const rounded = (parts: Float64Array): number[] => Array.from(parts, (part) => Math.round(part * 1e6) / 1e6);

t.test('each catchment has its own row, whichever was asked for before', async (t) => {
  const rowOf = rowsOfClients(question());
  for (let i = 0; i < 2; i++) {
    t.same(rounded(rowOf(0).parts), [0.5, 0.25, 0.25]);
    t.same(rounded(rowOf(1).parts), [0, 0, 1]);
  }
  t.match(rowOf(0), { n: 1, cap: 1, isRaised: false, state: 'up' });
});

t.test('a mirror stands as the best of its addresses', async (t) => {
  const up = { state: 'up', growth: 10 } as const;
  const down = { state: 'down', growth: 10 } as const;
  t.same(rounded(rowsOfClients(question({ health: [down, up, up, up] }))(0).parts), [0.5, 0.25, 0.25]);
  t.same(rounded(rowsOfClients(question({ health: [down, down, up, up] }))(0).parts), [0, 0.5, 0.5]);
  const panic = rowsOfClients(question({ health: [down, down, down, down] }))(0);
  t.equal(panic.state, 'down', 'those who are down count as up');
  t.same(rounded(panic.parts), [0.5, 0.25, 0.25]);
});

t.test('a cap that can’t be kept is raised, and that is said', async (t) => {
  const { cap, isRaised, parts } = rowsOfClients(question({ answers: 2, maxShare: 0.1 }))(0);
  t.equal(isRaised, true);
  t.ok(Math.abs(cap - 2 / 3) < 1e-9);
  t.same(rounded(parts), [0.666667, 0.666667, 0.666667]);
});

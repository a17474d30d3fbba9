/** How an address stands by all that is known of it: verdict, override, weight, slow start, and how soon that may change. */
import t from 'tap';
import { addressStanding, poolAvailability } from '../../src/daemon/pool-health.js';
import { indexTargets } from '../../src/daemon/target-index.js';
import { createOverrides } from '../../src/health/overrides.js';
import type { TargetState } from '../../src/health/watched-targets.js';
import { targetKey } from '../../src/probe/target.js';
import { FACT } from '../../src/select/health-view.js';
import { makeWorld } from './made-world.js';

const ZONE = `
zone: dl.example.org
ns: [ns.example.net]
ttl: 60
pools: { "@": { slow_start: 10m, ttl_min: 5, panic_threshold: 0.5 } }
mirrors:
  a: { addresses: [192.0.2.1, 192.0.2.2] }
`;
const NOW = 1_000_000;
const index = indexTargets(makeWorld([ZONE]));

function scene(said: Readonly<Record<string, Partial<TargetState['state']> & { pending?: true }>> = {}) {
  const overrides = createOverrides();
  const states = new Map(
    index.targets.flatMap((target): [string, TargetState][] => {
      const known = said[target.address.text];
      if (known === undefined) return [];
      const { pending = false, ...state } = known;
      return [
        [
          targetKey(target),
          { target, pending, checks: [], state: { verdict: 'up', streak: 0, since: 0, ...state } },
        ],
      ];
    }),
  );
  const snapshot = { states, overrides };
  return {
    overrides,
    snapshot,
    standing: (address: number, before?: number) => addressStanding(index, 0, address, snapshot, NOW, before),
  };
}

t.test('a verdict, and an override over it', async (t) => {
  const { standing, overrides } = scene({ '192.0.2.1': { verdict: 'down' }, '192.0.2.2': { pending: true } });
  t.equal(standing(0).facts, FACT.ENABLED | FACT.DOWN);
  t.equal(standing(1).facts, FACT.ENABLED | FACT.PENDING);
  overrides.add({ zone: 'dl.example.org', mirror: 'a', reason: 'x', since: 0, state: 'up' });
  t.same([standing(0).facts, standing(1).facts], [FACT.ENABLED, FACT.ENABLED], 'up whatever the probes say');
  overrides.add({ zone: 'dl.example.org', mirror: 'a', reason: 'x', since: 0 });
  t.equal(standing(0).facts, FACT.DOWN, 'and the verdict goes on being known');
});

t.test('whom nobody watches any more stays as it was', async (t) => {
  const { standing } = scene();
  t.equal(standing(0).facts, FACT.ENABLED, 'unknown counts as up');
  for (const fact of [FACT.DOWN, FACT.PENDING]) t.equal(standing(0, fact).facts, FACT.ENABLED | fact);
});

t.test('who is back grows by the clock', async (t) => {
  const at = (returned: number) => scene({ '192.0.2.1': { returned } }).standing(0);
  t.match(at(NOW), { growth: 1, nextStep: 60_000 });
  t.match(at(NOW - 90_000), { growth: 2, nextStep: 30_000 });
  t.equal(at(NOW - 600_000).growth, 10);
  t.equal(at(NOW - 600_000).nextStep, undefined);
});

t.test('what a mirror says of itself counts, unless an operator holds it in', async (t) => {
  const { snapshot } = scene();
  const saying = (part: number, override?: 'up' | 'down') =>
    addressStanding(
      index,
      0,
      0,
      {
        ...snapshot,
        states: {
          get: (key) => snapshot.states.get(key) ?? scene({ '192.0.2.1': {} }).snapshot.states.get(key),
        },
        selfWeights: { of: () => ({ part, at: NOW }) },
        ...(override !== undefined && {
          overrides: {
            of: () => ({ zone: '', mirror: '', reason: '', since: 0, state: override }),
          },
        }),
      },
      NOW,
    );
  t.match(saying(0.4), { facts: FACT.ENABLED, own: 0.4, factor: 0.4 });
  t.match(saying(0), { facts: FACT.ENABLED | FACT.DRAINED, own: 1, factor: 1 });
  t.match(saying(0, 'up'), { facts: FACT.ENABLED, own: 1, factor: 1 });
  t.match(saying(0.4, 'down'), { facts: 0 });
});

t.test('a pool and an address that are none stand as nothing does', async (t) => {
  const { snapshot } = scene();
  t.same(addressStanding(index, 0, 9, snapshot, NOW), {
    facts: 0,
    growth: 10,
    own: 1,
    factor: 1,
    lifetime: 0,
  });
  t.same(addressStanding(index, 9, 0, snapshot, NOW), {
    facts: 0,
    growth: 10,
    own: 1,
    factor: 1,
    lifetime: 0,
  });
});

t.test('all of a pool, and its panic', async (t) => {
  const down = { verdict: 'down' } as const;
  const half = poolAvailability(index, 0, scene({ '192.0.2.1': down }).snapshot, NOW);
  t.match(half, { panic: false, states: ['down', 'up'] });
  t.notOk('growth' in half, 'all are grown');
  const all = poolAvailability(index, 0, scene({ '192.0.2.1': down, '192.0.2.2': down }).snapshot, NOW);
  t.match(all, { panic: true, states: ['up', 'up'] });
  const back = poolAvailability(index, 0, scene({ '192.0.2.2': { returned: NOW } }).snapshot, NOW);
  t.same(back.growth, [10, 1]);
});

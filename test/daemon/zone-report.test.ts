import t from 'tap';
import { poolAvailability } from '../../src/daemon/pool-health.js';
import { indexTargets } from '../../src/daemon/target-index.js';
import { reportZones } from '../../src/daemon/zone-report.js';
import { createOverrides } from '../../src/health/overrides.js';
import type { TargetState } from '../../src/health/watched-targets.js';
import { inSlices } from '../../src/platform/in-slices.js';
import { targetKey } from '../../src/probe/target.js';
import { makeWorld } from './made-world.js';

/** Both zones have a pool named dl.example.org, as it is while a pool moves to a zone of its own. */
const OUTER = `zone: example.org
ns: [ns.example.net]
pools: { dl: {} }
mirrors: { a: { addresses: [192.0.2.1] } }
`;
const INNER = `zone: dl.example.org
ns: [ns.example.net]
pools: { "@": {} }
mirrors: { b: { addresses: [192.0.2.2] } }
`;

t.test(
  'panic and frozen verdicts are of the pool in its zone, though another zone has one of that name',
  async (t) => {
    const world = makeWorld([OUTER, INNER]);
    const index = indexTargets(world);
    const target = index.targets.find(({ mirror }) => mirror === 'b');
    if (target === undefined) throw new Error('b is probed');
    const fallen: TargetState = {
      target,
      state: { verdict: 'down', streak: 3, since: 0 },
      pending: false,
      checks: [],
    };
    const network = {
      frozen: () => [{ zone: 'example.org', owner: 'dl.example.org', family: 'ipv4' } as const],
      canaryStates: () => [],
    };
    const states = new Map([[targetKey(target), fallen]]);
    const snapshot = { states, overrides: createOverrides(), uplink: network };
    const isInPanic = (pool: number): boolean => poolAvailability(index, pool, snapshot, 0).panic;
    const reports = await inSlices(reportZones(world, snapshot, isInPanic, 0));
    t.notMatch(reports, [{ signed_until: /./ }]);
    const expires = new Map([['example.org', 86_400]]);
    const signed = await inSlices(reportZones({ ...world, expires }, snapshot, isInPanic, 0));
    t.same(
      signed.map(({ signed_until }) => signed_until),
      ['1970-01-02T00:00:00.000Z', undefined],
    );
    t.match(reports, [
      {
        zone: 'example.org',
        pools: [{ name: 'dl.example.org', panic: { ipv4: false }, frozen: { ipv4: true } }],
      },
      {
        zone: 'dl.example.org',
        pools: [{ name: 'dl.example.org', panic: { ipv4: true }, frozen: { ipv4: false } }],
      },
    ]);
  },
);

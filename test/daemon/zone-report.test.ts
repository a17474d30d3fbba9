import t from 'tap';
import { layOutZones, type World } from '../../src/compile/world.js';
import { makeRoster, poolAvailability, reportZones } from '../../src/daemon/roster.js';
import { createOverrides } from '../../src/health/overrides.js';
import { targetKey } from '../../src/health/target.js';
import type { Watched } from '../../src/health/watched.js';
import { inSlices } from '../../src/in-slices.js';
import { makeTable } from '../compile/make-table.js';

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
    const { zones, plans } = makeTable([OUTER, INNER]);
    const world: World = {
      zones: zones.map((zone) => ({ zone, text: '', file: zone.file })),
      refused: [],
      places: [],
      names: layOutZones(zones, plans),
      pools: plans,
      geo: [],
      sources: { location: { path: '', source: 'embedded' }, problems: [], passedOver: [] },
      maps: { memory: 0, octets: 0, onGrid: [] },
    };
    const roster = makeRoster(world);
    const target = roster.targets.find(({ mirror }) => mirror === 'b');
    if (target === undefined) throw new Error('b is probed');
    const fallen: Watched = {
      target,
      standing: { verdict: 'down', streak: 3, since: 0 },
      pending: false,
      checks: [],
    };
    const network = {
      frozen: () => [{ zone: 'example.org', owner: 'dl.example.org', family: 'ipv4' } as const],
      standings: () => [],
    };
    const standings = new Map([[targetKey(target), fallen]]);
    const knowledge = { standings, overrides: createOverrides(), network };
    const availability = world.pools.map((_, number) => poolAvailability(roster, number, knowledge, 0));
    const reports = await inSlices(reportZones(world, knowledge, availability, 0));
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

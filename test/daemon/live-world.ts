/** A world to serve, from the text of one zone file, with no database. */
import type { LiveWorld } from '../../src/compile/compiler.js';
import { layOutPools } from '../../src/compile/pool-tables.js';
import { layTogether } from '../../src/compile/world-memory.js';
import { layOutZones } from '../../src/compile/zones/lay-out-zones.js';
import { makeTable } from '../compile/make-table.js';

export function worldOf(text: string): LiveWorld {
  const { zones, chosen, plans, geographies } = makeTable([text]);
  return layTogether({
    world: {
      zones: zones.map((each) => ({ zone: each, file: `${each.name}.yaml`, text })),
      refused: [],
      places: zones.map(({ mirrors }) => mirrors.map(() => ({}))),
      ...layOutZones(chosen, plans),
      pools: plans,
      geo: [],
      sources: { location: { path: '', source: 'embedded' }, problems: [], passedOver: [] },
      maps: { memory: 0, octets: 0, onGrid: [] },
    },
    ...layOutPools(plans, geographies),
  });
}

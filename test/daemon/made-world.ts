/** A world of zones that are compiled for a test, as the daemon has it; none of its databases or maps are there. */
import type { World } from '../../src/compile/world.js';
import { layOutZones } from '../../src/compile/zones/lay-out-zones.js';
import { makeTable } from '../compile/make-table.js';

export function makeWorld(sources: readonly string[]): World {
  const { zones, chosen, plans } = makeTable(sources);
  return {
    zones: zones.map((zone) => ({ zone, text: '', file: zone.file })),
    refused: [],
    places: [],
    ...layOutZones(chosen, plans),
    pools: plans,
    geo: [],
    sources: { location: { path: '', source: 'embedded' }, problems: [], passedOver: [] },
    maps: { memory: 0, octets: 0, onGrid: [] },
  };
}

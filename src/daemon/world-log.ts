/**
 * The log messages about a world when it is installed: everything that is not as its files ask for.
 */
import type { World } from '../compile/world.js';
import { countOf } from '../platform/count-of.js';
import type { Log } from '../platform/log.js';
import { describeRefused } from '../report/describe-refused.js';
import { faultOfFile, formatFault } from '../zone/faults.js';
import { describeIdleAsns } from '../zone/warnings/idle.js';
import { describeIdleSubdivisions, ordersBySubdivision } from '../zone/warnings/orders.js';

export function logWorld({ zones, refused, geo, sources }: World, generation: number, log: Log): void {
  for (const { zone, stale } of zones) {
    if (stale === undefined) continue;
    log.error(
      { event: 'zone-stale', zone: zone.name, file: zone.file, faults: stale.map(formatFault) },
      `${zone.file} is wrong; its last good copy is served`,
    );
  }
  for (const { zone, keyFaults } of zones) {
    if (keyFaults === undefined) continue;
    log.error(
      { event: 'keys-stale', zone: zone.name, faults: keyFaults.map(formatFault) },
      `the file of the keys of ${zone.name} is wrong; it is signed with those from before`,
    );
  }
  for (const { file, faults, zone } of refused) {
    log.error(
      { event: 'zone-refused', file, faults: faults.map(formatFault), ...(zone !== undefined && { zone }) },
      `${file} is wrong; ${describeRefused(zone)}`,
    );
  }
  for (const warning of asnWarnings({ zones, sources })) log.warn({ event: 'asn-unused', warning }, warning);
  for (const warning of subdivisionWarnings({ zones, geo }))
    log.warn({ event: 'subdivisions-unused', warning }, warning);
  for (const problem of sources.problems) log.warn({ event: 'database-skipped', problem }, problem);
  log.info(
    { event: 'serving', generation, zones: zones.length, geo },
    `serving ${countOf(zones.length, 'zone')}`,
  );
}

/** What zones require and the databases do not contain, one line each. */
export function databaseWarnings(world: Pick<World, 'zones' | 'sources' | 'geo'>): string[] {
  return [...asnWarnings(world), ...subdivisionWarnings(world)];
}

/** Rules that need a database of AS numbers, if there is none. */
function asnWarnings({ zones, sources }: Pick<World, 'zones' | 'sources'>): string[] {
  if (sources.asn !== undefined) return [];
  return zones.flatMap(({ zone, file }) => {
    const idle = describeIdleAsns(zone);
    return idle === undefined ? [] : [formatFault(faultOfFile(file, idle))];
  });
}

/** Rules that need subdivisions, if the location database has only countries, judged by its type. */
function subdivisionWarnings({ zones, geo: [locations] }: Pick<World, 'zones' | 'geo'>): string[] {
  if (locations === undefined) return [];
  if (locations.source !== 'embedded' && !/-Country\b/.test(locations.type)) return [];
  return zones.flatMap(({ zone, file }) => {
    const orders = ordersBySubdivision(zone);
    return orders.length === 0 ? [] : [formatFault(faultOfFile(file, describeIdleSubdivisions(orders)))];
  });
}

/**
 * What the log says of a world when it comes to be served: everything that is not as its files ask for, loudly.
 */
import type { World } from '../compile/world.js';
import { countOf } from '../count-of.js';
import type { Log } from '../log.js';
import { describeRefused } from '../report/describe-refused.js';
import { formatFault } from '../zone/faults.js';
import { warnOfIdleAsn } from '../zone/idle-asn.js';

export function logWorld({ zones, refused, geo, sources }: World, generation: number, log: Log): void {
  for (const { zone, stale } of zones) {
    if (stale === undefined) continue;
    log.error(
      { event: 'zone-stale', zone: zone.name, file: zone.file, faults: stale.map(formatFault) },
      `${zone.file} is wrong; its last good copy is served`,
    );
  }
  for (const { file, faults, zone } of refused) {
    log.error(
      { event: 'zone-refused', file, faults: faults.map(formatFault), ...(zone !== undefined && { zone }) },
      `${file} is wrong; ${describeRefused(zone)}`,
    );
  }
  for (const warning of asnWarnings({ zones, sources })) log.warn({ event: 'asn-idle', warning }, warning);
  for (const problem of sources.problems) log.warn({ event: 'database-passed-over', problem }, problem);
  log.info(
    { event: 'serving', generation, zones: zones.length, geo },
    `serving ${countOf(zones.length, 'zone')}`,
  );
}

/** What of the zones asks for a database of AS numbers where there is none, one line each. */
export function asnWarnings({ zones, sources }: Pick<World, 'zones' | 'sources'>): string[] {
  return sources.asn === undefined ? zones.flatMap(({ zone }) => warnOfIdleAsn(zone)).map(formatFault) : [];
}

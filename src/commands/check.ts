/**
 * The verb `check`: the same parse as serve's, every fault on a line of its own, and every warning.
 */

import { countOf } from '../count-of.js';
import { secretsInFile } from '../daemon/cookie-keeper.js';
import { geoRequest } from '../daemon/fetched-databases.js';
import { chooseSource } from '../geo/geo-sources.js';
import { warnOfEmptyPools } from '../zone/empty-pools.js';
import { type Fault, formatFault } from '../zone/faults.js';
import { warnOfIdleAsn } from '../zone/idle-asn.js';
import type { Zone } from '../zone/model.js';
import { parseFiles, zoneFilesIn } from '../zone/zone-files.js';
import { complain, print } from './output.js';
import { readSettings, type SettingFlags } from './settings.js';

/** Checks the config and what it names, then the files, or all of the zone directory; 1 where anything is wrong. */
export async function check(files: readonly string[], flags: SettingFlags): Promise<number> {
  if (flags.config !== undefined) checkSecrets(flags);
  const wanted = files.length > 0 ? files : zoneFilesIn(readSettings(flags).zones);
  const { loaded, refused } = parseFiles(wanted);
  const faults = refused.flatMap((file) => file.faults);
  print(...faults.map(formatFault));
  const zones = loaded.map(({ zone }) => zone);
  print(...zones.flatMap(warnOfEmptyPools).map(formatWarning));
  // Of the databases, and not of the files alone.
  complain(...idleAsns(zones, flags).map(formatWarning));
  if (faults.length > 0) return 1;
  for (const { zone, file } of loaded) {
    print(
      `${file}: ${zone.name}, ${countOf(zone.pools.length, 'pool')}, ${countOf(zone.mirrors.length, 'mirror')}: good`,
    );
  }
  return 0;
}

/** Throws CONFIG_INVALID. */
function checkSecrets(flags: SettingFlags): void {
  const { secretFile } = readSettings(flags).answering.cookies;
  if (secretFile !== undefined) secretsInFile(secretFile);
}

function formatWarning(warning: Fault): string {
  return formatFault({ ...warning, message: `warning: ${warning.message}` });
}

function idleAsns(zones: readonly Zone[], flags: SettingFlags): readonly Fault[] {
  const idle = zones.flatMap(warnOfIdleAsn);
  if (idle.length === 0) return [];
  const request = geoRequest(readSettings(flags));
  return chooseSource('asn', { ...request, configured: request }).source === undefined ? idle : [];
}

/**
 * The verb `check`: the same parse as serve's, every fault on a line of its own, and every warning.
 */

import { countOf } from '../count-of.js';
import { secretsInFile } from '../daemon/cookie-keeper.js';
import { warnOfEmptyPools } from '../zone/empty-pools.js';
import { formatFault } from '../zone/faults.js';
import { parseFiles, zoneFilesIn } from '../zone/zone-files.js';
import { print } from './output.js';
import { readSettings, type SettingFlags } from './settings.js';

/** Checks the config and what it names, then the files, or all of the zone directory; 1 where anything is wrong. */
export async function check(files: readonly string[], flags: SettingFlags): Promise<number> {
  if (flags.config !== undefined) checkSecrets(flags);
  const wanted = files.length > 0 ? files : zoneFilesIn(readSettings(flags).zones);
  const { loaded, refused } = parseFiles(wanted);
  const faults = refused.flatMap((file) => file.faults);
  print(...faults.map(formatFault));
  for (const warning of loaded.flatMap(({ zone }) => warnOfEmptyPools(zone))) {
    print(formatFault({ ...warning, message: `warning: ${warning.message}` }));
  }
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

/**
 * The verb `check`: the same parse as serve's, every fault on a line of its own.
 */
import { formatFault } from '../zone/faults.js';
import { parseFiles, zoneFilesIn } from '../zone/zone-files.js';
import { readSettings, type SettingFlags } from './settings.js';

/** Checks the files, or all of the zone directory; 1 where anything is wrong. */
export async function check(files: readonly string[], flags: SettingFlags): Promise<number> {
  const wanted = files.length > 0 ? files : zoneFilesIn(readSettings(flags).zones);
  const { loaded, refused } = parseFiles(wanted);
  const faults = refused.flatMap((file) => file.faults);
  for (const fault of faults) process.stdout.write(`${formatFault(fault)}\n`);
  if (faults.length > 0) return 1;
  for (const { zone, file } of loaded) {
    process.stdout.write(
      `${file}: ${zone.name}, ${count(zone.pools.length, 'pool')}, ${count(zone.mirrors.length, 'mirror')}: good\n`,
    );
  }
  return 0;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

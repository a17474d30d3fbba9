/**
 * Finds a signed zone and its keys for the verbs of `dnssec`: by the zone's name, through its file.
 */
import type { ZoneKeys } from '../dnssec/keys.js';
import { GeopoolError } from '../platform/errors.js';
import { readKeyFile } from '../zone/dnssec-key-file.js';
import { formatFault } from '../zone/faults.js';
import type { Zone } from '../zone/model.js';
import { parseFiles, zoneFilesIn } from '../zone/zone-files.js';
import { readSettings, type SettingFlags } from './settings.js';

export interface ZoneWithKeys {
  readonly zone: Zone;
  /** The file of its keys. */
  readonly file: string;
  readonly keys: ZoneKeys;
}

/** Throws REQUEST_REFUSED if there is no such zone or it is not signed, ZONE_INVALID if a file is wrong. */
export function openSignedZone(text: string, flags: SettingFlags): ZoneWithKeys {
  const name = text.toLowerCase().replace(/\.$/, '');
  const { loaded, refused } = parseFiles(zoneFilesIn(readSettings(flags).zones));
  const found = loaded.find(({ zone }) => zone.name === name);
  const wrong = refused.find(({ zone }) => zone === name);
  if (wrong !== undefined) throw invalid(`the file of ${name} is wrong`, wrong.faults.map(formatFault));
  if (found === undefined) throw new GeopoolError('REQUEST_REFUSED', `no zone file is of ${text}`);
  const { zone } = found;
  if (zone.dnssec === undefined) {
    const advice = `write dnssec: { key: FILE } into ${found.file}`;
    throw new GeopoolError('REQUEST_REFUSED', `${name} is not signed: ${advice}`);
  }
  const file = zone.dnssec.key;
  const keys = readKeyFile(file, name);
  if ('faults' in keys) throw invalid(`the keys of ${name} are wrong`, keys.faults.map(formatFault));
  return { zone, file, keys };
}

function invalid(message: string, details: readonly string[]): GeopoolError {
  return new GeopoolError('ZONE_INVALID', message, { details });
}

/**
 * The verb `dnssec keygen`: makes the first key of a zone, in a file for all of its name servers.
 */
import { newPrivateKey, zoneKeyOf } from '../dnssec/keys.js';
import { GeopoolError } from '../platform/errors.js';
import { ALGORITHMS } from '../zone/dnssec-key-text.js';
import { readName } from '../zone/names.js';
import { print } from './output.js';
import { writeNewKeys } from './write-keys.js';

export interface KeygenFlags {
  readonly algorithm: keyof typeof ALGORITHMS;
  readonly output?: string;
}

/** Throws USAGE if `name` can't be the name of a zone, STATE_UNUSABLE if the file exists or can't be written. */
export function dnssecKeygen(name: string, { algorithm, output }: KeygenFlags): number {
  const zone = readName(name);
  if (typeof zone !== 'string') throw new GeopoolError('USAGE', zone.fault);
  const number = ALGORITHMS[algorithm];
  const now = Date.now();
  const times = { publish: now, activate: now, retire: Infinity, remove: Infinity };
  const key = zoneKeyOf(number, newPrivateKey(number), times);
  if (key === undefined) throw new Error('a new key can not be read');
  const file = output ?? `${zone}.key`;
  writeNewKeys(file, { zone, keys: [key] });
  print(
    `${file}: key ${key.tag} of ${zone}`,
    'copy it to all name servers of the zone, write dnssec: { key: FILE } into the zone file there, and reload;',
    `when all of them answer signed, geopool dnssec ds ${zone} prints the DS record for the parent`,
  );
  return 0;
}

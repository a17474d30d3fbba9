/**
 * Key files on this host. A user who can read such a file can forge the zone's answers, and one who can write it can stop
 * them. So a file that other users can access is refused, as is one of another zone.
 */
import { type Stats, statSync } from 'node:fs';
import type { ZoneKeys } from '../dnssec/keys.js';
import { describeError } from '../platform/errors.js';
import { groupId } from '../platform/group.js';
import { readPlainSync } from '../state/plain-file.js';
import { readKeyText } from './dnssec-key-text.js';
import { type Fault, faultOfFile } from './faults.js';
import type { LoadedZone, RefusedFile, ZoneFiles } from './zone-files.js';

/** During a roll there are two keys, which take a kilobyte. */
const MOST_OCTETS = 2 ** 20;
/** Permissions that are refused: all of others, and those of the group except reading. */
const TOO_OPEN = 0o037;
const GROUP_READS = 0o040;
/** The group whose members may read the server's files. */
const SERVER_GROUP = 'geopool';

/** The keys of the zone in its file, or everything that is wrong with the file. Blocking calls. */
export function readKeyFile(file: string, zone: string): ZoneKeys | { readonly faults: readonly Fault[] } {
  const refuse = (message: string) => ({ faults: [faultOfFile(file, message)] });
  let text: string;
  let stat: Stats;
  try {
    text = readPlainSync(file, MOST_OCTETS).toString('utf8');
    stat = statSync(file);
  } catch (error) {
    return refuse(`the keys of ${zone} can't be read: ${describeError(error)}`);
  }
  const open = whyOpen(stat);
  if (open !== undefined) return refuse(open);
  const read = readKeyText(text, file);
  if (!('faults' in read) && read.zone !== zone)
    return refuse(`these are keys of ${read.zone}, not of ${zone}`);
  return read;
}

function whyOpen({ mode, uid, gid }: Stats): string | undefined {
  if ((mode & TOO_OPEN) !== 0) return 'others may read or change these keys: chmod 0600, or 0640';
  const self = process.geteuid?.();
  // Root checks files on behalf of the user that the server runs as.
  if (uid !== 0 && self !== 0 && uid !== self) {
    return "these keys are somebody else's: chown them to root, or to whom the server runs as";
  }
  const groups = [0, process.getegid?.(), groupId(SERVER_GROUP)];
  if ((mode & GROUP_READS) !== 0 && !groups.includes(gid)) {
    return `another group than ${SERVER_GROUP} may read these keys: chgrp ${SERVER_GROUP}, or chmod 0600`;
  }
  return undefined;
}

/**
 * Adds the keys to the zones that are to be signed. If a key file is wrong, the zone's `known` keys stay in use. If there
 * are none, the zone can't be served: unsigned, it would be bogus to all resolvers that know that it is signed.
 */
export function withKeys({ loaded, refused }: ZoneFiles, known: ReadonlyMap<string, ZoneKeys>): ZoneFiles {
  const keyless: RefusedFile[] = [];
  const able = loaded.flatMap((one): LoadedZone | readonly [] => {
    const { zone, file, stale = [] } = one;
    if (zone.dnssec === undefined) return one;
    const read = readKeyFile(zone.dnssec.key, zone.name);
    if (!('faults' in read)) return { ...one, keys: read };
    const keys = known.get(zone.name);
    if (keys !== undefined) return { ...one, keys, keyFaults: read.faults };
    keyless.push({ file, faults: [...stale, ...read.faults], zone: zone.name });
    return [];
  });
  return { loaded: able, refused: [...refused, ...keyless] };
}

/**
 * Files of keys on this host. Whoever may read one can forge the zone's answers, and whoever may write it can stop them: so
 * one that others may is refused, as is one of another zone.
 */
import { type Stats, statSync } from 'node:fs';
import type { ZoneKeys } from '../dnssec/keys.js';
import { describeError } from '../platform/errors.js';
import { groupId } from '../platform/group.js';
import { readPlainSync } from '../state/plain-file.js';
import { readKeyText } from './dnssec-key-text.js';
import { type Fault, faultOfFile } from './faults.js';
import type { LoadedZone, RefusedFile, ZoneFiles } from './zone-files.js';

/** A roll has two keys, which take a kilobyte. */
const MOST_OCTETS = 2 ** 20;
/** What others than owner and group may do with it, and what the group may but read. */
const TOO_OPEN = 0o037;
const GROUP_READS = 0o040;
/** Whose members may read what is the server's. */
const SERVER_GROUP = 'geopool';

/** The keys of the zone in its file, or all that is wrong with that. Blocking calls. */
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
  // Root looks at files for whoever runs the server.
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
 * Puts their keys to the zones that are to be signed. Where a file is wrong, the keys that are `known` of the zone go on;
 * where none are, nothing of the zone can be served: unsigned, it would be bogus to all who know that it is signed.
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

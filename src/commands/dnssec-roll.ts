/**
 * The verb `dnssec roll`: adds the next key to a zone's key file, with times at which every resolver can still validate.
 */
import { newPrivateKey, zoneKeyOf } from '../dnssec/keys.js';
import { dsTtlOf, rollKeys, withoutWaiting } from '../dnssec/roll.js';
import { GeopoolError } from '../platform/errors.js';
import { DAY_MS, rfc3339 } from '../platform/time.js';
import type { Zone } from '../zone/model.js';
import { withDsTtl } from './ds-ttl.js';
import { print } from './output.js';
import { parentDuty } from './parent-duty.js';
import { readSpan } from './read-span.js';
import type { SettingFlags } from './settings.js';
import { openSignedZone } from './signed-zone.js';
import { rewriteKeys } from './write-keys.js';

/** With spans without end, a roll would come to years that a key file can't hold. */
const LONGEST_SPAN = 365 * DAY_MS;

export interface RollFlags extends SettingFlags {
  /** Replaces the key that is waiting to sign. */
  readonly anew?: boolean;
  readonly dsTtl?: string;
  readonly copying: string;
  readonly changing: string;
}

/** Throws REQUEST_REFUSED if a waiting key is not or can't be replaced, and as `openSignedZone` and `rewriteKeys` do. */
export function dnssecRoll(name: string, flags: RollFlags): number {
  const copying = readSpan('--copying', flags.copying, LONGEST_SPAN);
  const changing = readSpan('--changing', flags.changing, LONGEST_SPAN);
  const { zone, file, keys: known } = openSignedZone(name, flags);
  const keys = withDsTtl(known, flags.dsTtl);
  const now = Date.now();
  const waiting = keys.keys.find(({ activate }) => activate > now);
  const before = flags.anew ? withoutWaiting(keys, now, copying) : keys;
  if (waiting !== undefined && (before === undefined || !flags.anew)) {
    const when = `key ${waiting.tag} signs from ${rfc3339(waiting.activate)} on`;
    const advice = flags.anew
      ? 'a name server may not have another file by then, so roll when it signs, or with a shorter --copying'
      : 'the next one may begin then; or leave that key out, and begin anew with another (--anew)';
    throw new GeopoolError('REQUEST_REFUSED', `a roll has begun: ${when}; ${advice}`);
  }
  const [{ algorithm }] = keys.keys;
  const spans = { longestTtl: longestTtl(zone), dsTtl: dsTtlOf(keys), copying, changing };
  const rolled = rollKeys(before ?? keys, now, spans, (times) => {
    const key = zoneKeyOf(algorithm, newPrivateKey(algorithm), times);
    if (key === undefined) throw new Error('a new key can not be read');
    return key;
  });
  rewriteKeys(file, rolled);
  print(
    `${file}: key ${rolled.keys.at(-1)?.tag} follows key ${rolled.keys.at(-2)?.tag}`,
    `copy it to all name servers of the zone by ${rfc3339(now + copying)}, and reload each`,
    ...(waiting === undefined
      ? []
      : [
          `key ${waiting.tag} is left out: the parent must have no DS of it, but still that of key ${rolled.keys.at(-2)?.tag}`,
        ]),
    ...parentDuty(rolled, now).text,
  );
  return 0;
}

/** The longest TTL of a zone's signed records, in milliseconds. */
function longestTtl({ ttl, soa, records }: Zone): number {
  return Math.max(ttl, soa.ttl, soa.minimum, ...records.map((rrset) => rrset.ttl)) * 1000;
}

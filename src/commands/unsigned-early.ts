/**
 * Zones that would be unsigned too early, by what the server on this host remembers of them. If it remembers nothing, or if
 * this user may not read that, there is no warning here; the server gives it at the reload.
 */
import { join } from 'node:path';
import { SIGNED_ZONES } from '../daemon/signed-zones-file.js';
import { wantedUntil } from '../dnssec/withdrawal.js';
import { rfc3339 } from '../platform/time.js';
import { readPlainSync } from '../state/plain-file.js';
import { parseState } from '../state/state-kind.js';
import { faultOfFile } from '../zone/faults.js';
import type { Warning } from '../zone/warnings/warning.js';
import type { LoadedZone } from '../zone/zone-files.js';

const MOST_OCTETS = 2 ** 24;

/** At `now` in milliseconds since 1970. Blocking calls. */
export function unsignedEarly(loaded: readonly LoadedZone[], state: string, now: number): readonly Warning[] {
  let text: string;
  try {
    text = readPlainSync(join(state, SIGNED_ZONES.name), MOST_OCTETS).toString('utf8');
  } catch {
    return [];
  }
  const known = new Map(parseState(SIGNED_ZONES, text).entries.map((each) => [each.zone, each]));
  return loaded.flatMap(({ zone, file }) => {
    const before = zone.dnssec === undefined ? known.get(zone.name) : undefined;
    const until = before && wantedUntil(before, now);
    if (until === undefined) return [];
    const message = `${zone.name} was served signed, and resolvers that know a DS of it will refuse it unsigned, until ${rfc3339(until)} at least: keep "dnssec", and see geopool dnssec withdraw`;
    return [{ ...faultOfFile(file, message), code: 'unsigned-early' }];
  });
}

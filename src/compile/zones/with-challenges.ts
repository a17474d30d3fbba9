/**
 * Challenges in signed zones. They change the NSEC chain, so they are records of the zone like any others, and a world is
 * built for them. In unsigned zones, workers answer them at once (src/answer/challenges.ts).
 */
import { CHALLENGE_TTL } from '../../answer/challenges.js';
import type { StaticRrset, Zone } from '../../zone/model.js';
import { isWithin } from '../../zone/names.js';

/** A token, and the name of its TXT record: absolute, in lower case. */
export interface ZoneChallenge {
  readonly name: string;
  readonly token: string;
}

/** Returns the zone with the challenges that are in it and in none of the zones `inside`. */
export function withChallenges(
  zone: Zone,
  challenges: readonly ZoneChallenge[],
  inside: readonly string[],
): Zone {
  const own = challenges.filter(
    ({ name }) =>
      isWithin(name, zone.name) &&
      !inside.some((other) => other.endsWith(`.${zone.name}`) && isWithin(name, other)),
  );
  if (own.length === 0) return zone;
  const names = [...new Set(own.map(({ name }) => name))];
  const isTxt = ({ owner, type }: StaticRrset): boolean => type === 'TXT' && names.includes(owner);
  const rrsets = names.map((owner): StaticRrset => {
    const before = zone.records.find((rrset) => rrset.owner === owner && isTxt(rrset))?.data ?? [];
    const tokens = own.filter(({ name }) => name === owner).map(({ token }) => Buffer.from(token, 'latin1'));
    const data = tokens.map(
      (token) => ({ type: 'RAW', bytes: Uint8Array.from([token.length, ...token]) }) as const,
    );
    // RFC 2181 §5.2: all records of an RRset have the same TTL.
    return { owner, type: 'TXT', ttl: CHALLENGE_TTL, data: [...before, ...data] };
  });
  return { ...zone, records: [...zone.records.filter((rrset) => !isTxt(rrset)), ...rrsets] };
}

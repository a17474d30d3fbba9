/**
 * MaxMind's editions, free and paid, and which of them is used if there are several in a directory.
 */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { DatabaseKind } from './mmdb-file.js';

/** What an edition's name says of its records, best first. Enterprise has the AS of an address too. */
const RANKS: Readonly<Record<DatabaseKind, readonly RegExp[]>> = {
  location: [/-Enterprise\b/, /-City\b/, /-Country\b/],
  asn: [/-ISP\b/, /-ASN\b/, /-Enterprise\b/],
};

/**
 * Those of the `present` editions that can serve as `kind`, best first: `wanted` ones before files left over from others,
 * more detailed before less detailed, and paid before free.
 */
export function editionsFor(
  kind: DatabaseKind,
  present: readonly string[],
  wanted: readonly string[] = [],
): string[] {
  const rankOf = (edition: string): number => RANKS[kind].findIndex((rank) => rank.test(edition));
  const keyOf = (edition: string): number[] => [
    wanted.includes(edition) ? 0 : 1,
    rankOf(edition),
    edition.startsWith('GeoIP2-') ? 0 : 1,
  ];
  return [...new Set(present)]
    .filter((edition) => rankOf(edition) >= 0)
    .sort((a, b) => {
      const [ofA, ofB] = [keyOf(a), keyOf(b)];
      const differs = ofA.findIndex((part, i) => part !== ofB[i]);
      return differs < 0 ? a.localeCompare(b) : (ofA[differs] ?? 0) - (ofB[differs] ?? 0);
    });
}

/** Whether an edition can serve as any kind. */
export function isUseful(edition: string): boolean {
  return Object.values(RANKS).some((ranks) => ranks.some((rank) => rank.test(edition)));
}

/** Whether a database is MaxMind's, whose license requires that an old one is destroyed within 30 days of a newer one. */
export function isMaxMinds(type: string): boolean {
  return /^Geo(?:IP|Lite)2?-/.test(type);
}

/** The editions that are in a directory as EDITION.mmdb, sorted by name; none if it cannot be read. */
export function fetchedEditions(directory: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    return [];
  }
  const files = names.filter((name) => name.endsWith('.mmdb') && !name.startsWith('.'));
  return files.map(editionOf).sort();
}

export function editionOf(path: string): string {
  return basename(path, '.mmdb');
}

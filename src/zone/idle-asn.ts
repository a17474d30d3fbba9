/**
 * AS numbers that nobody can match: without a database of them, `asn` of a mirror is as good as not there. That is no fault
 * of the file, but whoever wrote it believes that it works.
 */
import { type Fault, faultOfFile } from './faults.js';
import type { Zone } from './model.js';

/** Names that are told of many. */
const MOST_NAMES = 8;

/** A warning for a zone with mirrors that list AS numbers, where there is no database of those. */
export function warnOfIdleAsn({ file, mirrors }: Zone): readonly Fault[] {
  const names = mirrors.filter(({ asn }) => asn.length > 0).map(({ name }) => name);
  if (names.length === 0) return [];
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  const message = `"asn" of ${names.slice(0, MOST_NAMES).join(', ')}${more} has no effect, for there is no database of AS numbers: fetch GeoLite2-ASN, or name one as geo.asn`;
  return [faultOfFile(file, message)];
}

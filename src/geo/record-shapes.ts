/**
 * Where databases have what counts, by vendor: MaxMind's records, and DB-IP's, are nested; those of ip-location-db and IPinfo
 * are flat, by different names. One list for both ways of reading a record, so that they can't disagree.
 */

/** A field of a record, or a field of that; where that is a list, of its first item. */
export type FieldPath = readonly [string] | readonly [string, string];

/** The first that a record has counts. IPinfo has the country's name in `country` where it also has `country_code`. */
export const COUNTRY: readonly FieldPath[] = [['country', 'iso_code'], ['country_code'], ['country']];
/** IPinfo has the code in `continent` where it has no `continent_code`, and else the name. */
export const CONTINENT: readonly FieldPath[] = [['continent', 'code'], ['continent_code'], ['continent']];
/** Of several inside each other, the first is the largest. */
export const SUBDIVISION: readonly FieldPath[] = [['subdivisions', 'iso_code'], ['region_code']];
export const LATITUDE: readonly FieldPath[] = [['location', 'latitude'], ['latitude'], ['lat']];
export const LONGITUDE: readonly FieldPath[] = [['location', 'longitude'], ['longitude'], ['lng']];
export const AS_NUMBER: readonly FieldPath[] = [
  ['autonomous_system_number'],
  ['traits', 'autonomous_system_number'],
  ['asn'],
];

/** The field as an operator knows it. */
export function nameOfPath(path: FieldPath): string {
  return path.join('.');
}

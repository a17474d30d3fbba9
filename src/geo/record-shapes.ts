/**
 * Where databases have the fields that are used, by vendor: records of MaxMind and DB-IP are nested; those of ip-location-db
 * and IPinfo are flat, with different names. Both ways of reading a record use these lists, so that they cannot disagree.
 */

/** A field of a record, or a field in that field; if that is a list, in its first item. */
export type FieldPath = readonly [string] | readonly [string, string];

/** The first that a record has is used. IPinfo has the country's name in `country` if it also has `country_code`. */
export const COUNTRY: readonly FieldPath[] = [['country', 'iso_code'], ['country_code'], ['country']];
/** IPinfo has the code in `continent` if it has no `continent_code`, otherwise the name. */
export const CONTINENT: readonly FieldPath[] = [['continent', 'code'], ['continent_code'], ['continent']];
/** If several contain each other, the first is the largest. */
export const SUBDIVISION: readonly FieldPath[] = [['subdivisions', 'iso_code'], ['region_code']];
export const LATITUDE: readonly FieldPath[] = [['location', 'latitude'], ['latitude'], ['lat']];
export const LONGITUDE: readonly FieldPath[] = [['location', 'longitude'], ['longitude'], ['lng']];
export const AS_NUMBER: readonly FieldPath[] = [
  ['autonomous_system_number'],
  ['traits', 'autonomous_system_number'],
  ['asn'],
];

/** The field's name for operators. */
export function nameOfPath(path: FieldPath): string {
  return path.join('.');
}

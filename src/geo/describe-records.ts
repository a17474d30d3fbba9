/**
 * Describes the records of a database in which nothing was found, so that the operator who chose it sees why. Names come
 * from the file, so only plain words are shown.
 */
import { type DataSection, MAP, readText, readValue, skipValue } from './field-reader.js';
import type { DatabaseKind } from './mmdb-file.js';
import { AS_NUMBER, COUNTRY, type FieldPath, LATITUDE, LONGITUDE, nameOfPath } from './record-shapes.js';

/** The most fields of a record that are shown. */
const MOST_KEYS = 12;

const PATHS: Readonly<Record<DatabaseKind, readonly FieldPath[]>> = {
  location: [...COUNTRY, ...LATITUDE, ...LONGITUDE],
  asn: AS_NUMBER,
};

/** Describes the records of a data section by the one at `example`; `kind` is what was looked for in them. */
export function describeRecords(data: DataSection, kind: DatabaseKind, example: number | undefined): string {
  if (example === undefined) return 'it has no records at all';
  const keys = keysOf(data, example);
  const look = keys.length === 0 ? 'have no fields' : `have ${keys.join(', ')}`;
  return `its records ${look}, and what is looked for in ${PATHS[kind].map(nameOfPath).join(', ')} is not there or makes no sense`;
}

/** The names of the first fields of the map at an offset, if they are plain words. */
function keysOf(section: DataSection, offset: number): string[] {
  if (readValue(section, offset) !== MAP) return [];
  const keys: string[] = [];
  let next = section.cursor.at;
  for (let pairs = Math.min(section.cursor.size, MOST_KEYS); pairs > 0; pairs--) {
    const key = readText(section, next) ?? '';
    if (/^[\w.-]{1,40}$/.test(key)) keys.push(key);
    next = skipValue(section, skipValue(section, next));
  }
  return keys;
}

/**
 * Finds the fields of a record at the paths where vendors put them (`record-shapes.ts`), without decoding it.
 */
import { ARRAY, type DataSection, type FieldFinder, fieldFinder, readValue } from './field-reader.js';
import type { FieldPath } from './record-shapes.js';

/** Makes a finder for the fields of whole records. */
export type FinderMaker = (data: DataSection, names: readonly string[]) => FieldFinder;

/**
 * Returns a function that finds the wanted values of the record at an offset: where each is, by the first of its paths that
 * the record has; 0 for none. Every call reuses the same list.
 */
export function pathFinder(
  data: DataSection,
  wanted: readonly (readonly FieldPath[])[],
  finder: FinderMaker = fieldFinder,
): (offset: number) => Int32Array {
  const paths = wanted.flat();
  const outer = [...new Set(paths.map(([name]) => name))];
  const findOuter = finder(data, outer);
  const nests = outer.flatMap((name, at) => {
    const inner = paths.flatMap(([first, second]) =>
      first === name && second !== undefined ? [second] : [],
    );
    return inner.length === 0 ? [] : [{ name, at, inner, find: fieldFinder(data, inner) }];
  });
  // All places where a value may be found: first those of the record itself, then those inside its fields.
  const places = new Int32Array(outer.length + nests.reduce((sum, { inner }) => sum + inner.length, 0));
  const placeOf = ([first, second]: FieldPath): number => {
    if (second === undefined) return outer.indexOf(first);
    let place = outer.length;
    for (const { name, inner } of nests) {
      if (name === first) return place + inner.indexOf(second);
      place += inner.length;
    }
    return place;
  };
  const choices = wanted.map((alternatives) => alternatives.map(placeOf));
  const found = new Int32Array(wanted.length);
  return (offset) => {
    findOuter(offset, places);
    let place = outer.length;
    for (const { at, inner, find } of nests) {
      const nested = places[at] ?? 0;
      if (nested !== 0) find(firstOf(data, nested), places, place);
      else for (let i = 0; i < inner.length; i++) places[place + i] = 0;
      place += inner.length;
    }
    for (let i = 0; i < choices.length; i++) {
      let at = 0;
      for (const choice of choices[i] ?? []) {
        at = places[choice] ?? 0;
        if (at !== 0) break;
      }
      found[i] = at;
    }
    return found;
  };
}

/** Where the first item of the list at an offset is; the offset itself if there is no list, or an empty one. */
function firstOf(data: DataSection, offset: number): number {
  const isList = readValue(data, offset) === ARRAY && data.cursor.size > 0;
  return isList ? data.cursor.at : offset;
}

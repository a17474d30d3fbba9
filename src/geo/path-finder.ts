/**
 * Finds the fields of a record by where the vendors put them (`record-shapes.ts`), without decoding it.
 */
import { type DataSection, fieldFinder } from './field-reader.js';
import type { FieldPath } from './record-shapes.js';

/**
 * Gives a function that says of the record at an offset where each value is that is asked for, by the first of its paths
 * that the record has; 0 for none. The list is the same one for every call.
 */
export function pathFinder(
  data: DataSection,
  ...wanted: readonly (readonly FieldPath[])[]
): (offset: number) => Float64Array {
  const paths = wanted.flat();
  const outer = [...new Set(paths.map(([name]) => name))];
  const findOuter = fieldFinder(data, ...outer);
  const nests = outer.flatMap((name, at) => {
    const inner = paths.flatMap(([first, second]) =>
      first === name && second !== undefined ? [second] : [],
    );
    return inner.length === 0 ? [] : [{ name, at, inner, find: fieldFinder(data, ...inner) }];
  });
  // Every place that a value may be found at: first those of the record itself, then those inside its fields.
  const places = new Float64Array(outer.length + nests.reduce((sum, { inner }) => sum + inner.length, 0));
  const placeOf = ([first, second]: FieldPath): number => {
    if (second === undefined) return outer.indexOf(first);
    let place = outer.length;
    for (const { name, inner } of nests) {
      if (name === first) return place + inner.indexOf(second);
      place += inner.length;
    }
    return place;
  };
  const choices = wanted.map((alternatives) => Uint8Array.from(alternatives, placeOf));
  const found = new Float64Array(wanted.length);
  return (offset) => {
    places.set(findOuter(offset));
    let place = outer.length;
    for (const { at, inner, find } of nests) {
      const nested = places[at] ?? 0;
      if (nested === 0) places.fill(0, place, place + inner.length);
      else places.set(find(nested), place);
      place += inner.length;
    }
    for (let i = 0; i < choices.length; i++) {
      found[i] = 0;
      for (const choice of choices[i] ?? []) {
        if (places[choice] === 0) continue;
        found[i] = places[choice] ?? 0;
        break;
      }
    }
    return found;
  };
}

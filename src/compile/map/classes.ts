/**
 * Places that no geography tells apart are one class, and so are clients of whom more is known: one tree that leads to
 * classes serves all geographies, each of which knows the catchment of each class.
 */
import type { Layer } from './layers.js';
import type { View } from './views.js';

export interface Classes {
  /** By place. */
  readonly classOf: Int32Array;
  /** All of them. */
  readonly views: readonly View[];
  /** By view and class: what it sees, as a view says it. */
  readonly cells: readonly (readonly number[])[];
  /** The class of clients at a place in a layer. */
  below(place: number, layer: Layer): number;
}

/** Sorts the places of views, at least one; undefined where there are too many classes, as soon as that is known. */
export function sortIntoClasses(
  made: Iterable<View>,
  isTooMany: (classes: number, classOf: Int32Array) => boolean,
): Classes | undefined {
  const views: View[] = [];
  let classOf = new Int32Array(0);
  let firsts: number[] = [];
  for (const view of made) {
    const { plain } = view;
    const finer = new Int32Array(plain.length);
    const numbers = new Map<number, number>();
    firsts = [];
    for (let place = 0; place < finer.length; place++) {
      const key = (classOf[place] ?? 0) * 2 ** 22 + (plain[place] ?? 0);
      let number = numbers.get(key);
      if (number === undefined) {
        number = firsts.push(place) - 1;
        numbers.set(key, number);
      }
      finer[place] = number;
    }
    classOf = finer;
    if (isTooMany(firsts.length, classOf)) return undefined;
    views.push(view);
  }
  const cells = views.map(({ plain }) => firsts.map((place) => plain[place] ?? 0));
  /** By what the views see: the class. Of those of places without more, the ones that came up. */
  const numbers = new Map<string, number>();
  const known = new Map<Layer, Map<number, number>>();
  const find = (place: number, layer: Layer): number => {
    const seen = views.map((view) => view.see(place, layer));
    const plain = classOf[place] ?? 0;
    if (cells.every((own, i) => own[plain] === seen[i])) return plain;
    const key = seen.join();
    let number = numbers.get(key);
    if (number === undefined) {
      number = cells[0]?.length ?? 0;
      for (const [i, own] of cells.entries()) own.push(seen[i] ?? 0);
      numbers.set(key, number);
    }
    return number;
  };
  return {
    classOf,
    views,
    cells,
    below(place, layer) {
      const numbers = known.get(layer) ?? new Map<number, number>();
      known.set(layer, numbers);
      const number = numbers.get(place) ?? find(place, layer);
      numbers.set(place, number);
      return number;
    },
  };
}

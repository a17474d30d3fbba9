/**
 * Sorts clients into classes. Places that no geography tells apart are one class, and clients of whom more is known get
 * classes likewise. One tree that leads to classes serves all geographies, and each geography knows the catchment of each
 * class.
 */
import type { Layer } from './layers.js';
import type { View } from './views.js';

export interface Classes {
  /** By place: its class. */
  readonly classOf: Int32Array;
  /** All views. */
  readonly views: readonly View[];
  /** By view and class: what the view sees, as `View.see` returns it. */
  readonly cells: readonly (readonly number[])[];
  /** The class of clients at a place in a layer. */
  below(place: number, layer: Layer): number;
}

/** Sorts places into classes; there is at least one view. Returns undefined as soon as there are too many classes. */
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
  /** By what the views see: the class. Plain places already have their classes; here are only those of clients in layers. */
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

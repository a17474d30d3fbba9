/**
 * Moves apart marks on a map that would cover each other: mirrors are where networks meet, which is often in one city.
 */

export interface Mark {
  readonly x: number;
  readonly y: number;
  /** The distance that other marks must keep. */
  readonly radius: number;
}

/** The grid around a mark's own position: the number of places per ring, and the distance between rings. */
const PLACES = 16;
const STEP = 4;
const MOST_RINGS = 60;

/** The position of each mark, in their order: as close to its own position as the larger marks leave room. */
export function spread(marks: readonly Mark[]): readonly Mark[] {
  const placed = new Map<Mark, Mark>();
  for (const mark of [...marks].sort((a, b) => b.radius - a.radius)) {
    const isFree = (at: Mark): boolean =>
      [...placed.values()].every(({ x, y, radius }) => Math.hypot(x - at.x, y - at.y) >= radius + at.radius);
    placed.set(mark, [...around(mark)].find(isFree) ?? mark);
  }
  return marks.map((mark) => placed.get(mark) ?? mark);
}

function* around(mark: Mark): Generator<Mark> {
  yield mark;
  for (let ring = 1; ring <= MOST_RINGS; ring++) {
    for (let place = 0; place < PLACES; place++) {
      const angle = (2 * Math.PI * place) / PLACES;
      yield { ...mark, x: mark.x + ring * STEP * Math.cos(angle), y: mark.y + ring * STEP * Math.sin(angle) };
    }
  }
}

/**
 * Looks through a whole value of a MaxMind DB file, everything in it and everything it points to, and counts. A value may
 * be pointed to from many places, so a small file can spell a record of astronomical size, or one that holds itself; a
 * decoder that builds objects (maxmind's) would never end. What has been weighed may be handed to it.
 */
import {
  ARRAY,
  BOOLEAN,
  type DataSection,
  damaged,
  MAP,
  POINTER,
  readControl,
  readValue,
  STRING,
} from './field-reader.js';

/** Values in one record; City records of MaxMind have about a hundred. */
const MOST_VALUES = 100_000;
/** Levels of maps and arrays in one another; real records have four. */
const MOST_LEVELS = 64;

/**
 * The number of values that a decoder makes of the one at `offset`. `weights` keeps what has been weighed by offset, so
 * that weighing all records of a file takes time in proportion to the file. Throws DATABASE_INVALID for a value that is
 * damaged, holds itself, or is too large.
 */
export function weighValue(
  section: DataSection,
  offset: number,
  weights: Map<number, number> = new Map(),
): number {
  const { cursor } = section;
  /** Where the value that `weigh` looked at last ends. */
  let behind = offset;
  const weigh = (at: number, level: number): number => {
    if (level > MOST_LEVELS) throw damaged(section, `values nested more than ${MOST_LEVELS} deep`, at);
    readControl(section, at);
    const { type, size, at: start } = cursor;
    if (type === POINTER) {
      const weight = weighOnce(size, level + 1);
      behind = start;
      return weight;
    }
    behind = start;
    if (type !== MAP && type !== ARRAY) {
      // A boolean has no bytes; its size is its value.
      if (type !== BOOLEAN) behind += size;
      return 1;
    }
    let total = 1;
    for (let item = 0; item < size * (type === MAP ? 2 : 1); item++) {
      if (type === MAP && item % 2 === 0) requireText(behind);
      total += weigh(behind, level + 1);
      if (total > MOST_VALUES) throw damaged(section, `a record of more than ${MOST_VALUES} values`, at);
    }
    return total;
  };
  const weighOnce = (at: number, level: number): number => {
    const known = weights.get(at);
    if (known !== undefined) return known;
    const weight = weigh(at, level);
    weights.set(at, weight);
    return weight;
  };
  const requireText = (at: number): void => {
    if (readValue(section, at) !== STRING) throw damaged(section, 'a map with a key that is not a text', at);
  };
  // Who asks, asks for each record once; only what is pointed to is met again, and there are far fewer of those.
  return weights.get(offset) ?? weigh(offset, 0);
}

/**
 * Goes through a whole value of a MaxMind DB file, including everything in it and everything it points to, and counts. Many
 * places may point to the same value, so a small file can describe a record of astronomical size, or one that contains
 * itself; a decoder that builds objects (maxmind's) would never finish. Values that have been weighed are safe for it.
 */
import {
  ARRAY,
  BOOLEAN,
  type DataSection,
  damaged,
  type FieldFinder,
  fieldFinder,
  MAP,
  POINTER,
  readControl,
  STRING,
} from './field-reader.js';
import { createNumberMemo } from './number-memo.js';

/** The most values in one record; City records of MaxMind have about a hundred. */
const MOST_VALUES = 100_000;
/** The most levels of nested maps and arrays; real records have four. */
const MOST_LEVELS = 64;
/** A weight is kept together with the levels below the value, as a multiple of this. */
const PER_LEVEL = 2 ** 17;

/** Weighs the values of a section. */
interface Weigher {
  /** How many values a decoder makes of the one at an offset, which is at that level of a record. */
  weigh(at: number, level: number): number;
  /** The offset after the value that was weighed last. */
  behind(): number;
}

/**
 * Returns a function that says how many values a decoder makes of the one at an offset. It keeps the weights of values that
 * are pointed to, so that weighing all records of a file takes time in proportion to the file. It throws DATABASE_INVALID if
 * a value is damaged, contains itself, or is too large.
 */
export function valueWeigher(section: DataSection): (offset: number) => number {
  const { weigh } = createWeigher(section);
  // Each record is weighed only once, so its weight is not kept. Only pointed-to values recur, and there are far fewer.
  return (offset) => weigh(offset, 0);
}

/**
 * A finder of the fields `names` of records that weighs each whole record on the way, and throws as `valueWeigher` does. So
 * a database is verified and read in one pass.
 */
export function weighingFinder(section: DataSection, names: readonly string[]): FieldFinder {
  const { cursor } = section;
  const { weigh, behind } = createWeigher(section);
  let record = 0;
  let total = 0;
  const pass = (offset: number): number => {
    total += weigh(offset, 1);
    if (total > MOST_VALUES) throw tooLarge(section, record);
    return behind();
  };
  const find = fieldFinder(section, names);
  const findPassing = fieldFinder(section, names, pass);
  return (offset, found, from) => {
    if (readControl(section, offset) !== MAP) {
      weigh(offset, 0);
      return find(offset, found, from);
    }
    record = offset;
    total = 1 + cursor.size;
    return findPassing(offset, found, from);
  };
}

function tooLarge(section: DataSection, at: number): Error {
  return damaged(section, `a record of more than ${MOST_VALUES} values`, at);
}

function createWeigher(section: DataSection): Weigher {
  const { cursor } = section;
  /** By offset + 1 of pointed-to values: their weights; and 1 for the text of a key. */
  const weights = createNumberMemo();
  const texts = createNumberMemo();
  /** The offset after the value or key that was looked at last. */
  let behind = 0;
  /** The deepest level that was reached. */
  let deepest = 0;
  const reach = (level: number, at: number): void => {
    if (level > MOST_LEVELS) throw damaged(section, `values nested more than ${MOST_LEVELS} deep`, at);
    deepest = level;
  };
  const weigh = (at: number, level: number): number => {
    if (level > deepest) reach(level, at);
    const type = readControl(section, at);
    const { size } = cursor;
    behind = cursor.at;
    if (type === POINTER) {
      const next = behind;
      const weight = weighOnce(size, level + 1);
      behind = next;
      return weight;
    }
    if (type !== MAP && type !== ARRAY) {
      // A boolean has no bytes; its size is its value.
      if (type !== BOOLEAN) behind += size;
      return 1;
    }
    let total = type === MAP ? 1 + size : 1;
    for (let item = 0; item < size; item++) {
      if (type === MAP) passKey(behind);
      total += weigh(behind, level + 1);
      if (total > MOST_VALUES) throw tooLarge(section, at);
    }
    return total;
  };
  const weighOnce = (at: number, level: number): number => {
    const known = weights.get(at + 1);
    if (known !== 0) {
      const bottom = level + Math.floor(known / PER_LEVEL);
      if (bottom > deepest) reach(bottom, at);
      return known % PER_LEVEL;
    }
    const before = deepest;
    reach(level, at);
    const weight = weigh(at, level);
    weights.set(at + 1, weight + (deepest - level) * PER_LEVEL);
    deepest = Math.max(before, deepest);
    return weight;
  };
  const passKey = (at: number): void => {
    const type = readControl(section, at);
    const { size } = cursor;
    behind = cursor.at;
    if (type !== POINTER) {
      requireText(type, at);
      behind += size;
    } else if (texts.get(size + 1) === 0) {
      requireText(readControl(section, size), at);
      texts.set(size + 1, 1);
    }
  };
  const requireText = (type: number, at: number): void => {
    if (type !== STRING) throw damaged(section, 'a map with a key that is not a text', at);
  };
  return { weigh, behind: () => behind };
}

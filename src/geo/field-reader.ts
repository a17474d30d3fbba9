/**
 * Reads single fields of a MaxMind DB record and skips the rest, since a record's city names in eight languages are most
 * of its bytes and none of our business: decoding whole records takes seconds for a City database, this a fraction of
 * one. The encoding is MaxMind DB 2.0, "Output Data Section" (https://maxmind.github.io/MaxMind-DB/).
 *
 * Files may be damaged or forged. Every read is inside the section, pointers are followed once (a pointer to a pointer
 * is forbidden by the format), skipping is a loop and follows none, and a budget of steps ends what would go on too long.
 */
import { databaseFault } from './database-fault.js';
import { createNumberMemo } from './number-memo.js';

/** The format's types of value that need a name here. */
export const POINTER = 1;
export const STRING = 2;
const DOUBLE = 3;
const UINT16 = 5;
const UINT32 = 6;
export const MAP = 7;
const INT32 = 8;
const UINT64 = 9;
export const ARRAY = 11;
export const BOOLEAN = 14;
const FLOAT = 15;

const NOT_A_KEY = 'a map with a key that is not a text';

/** The part of a file that holds values: all records, or the metadata. Offsets count from the start of `bytes`. */
export interface DataSection {
  /** The file, for messages. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where `bytes` starts in the file, for messages. */
  readonly origin: number;
  /** Where the section starts, from which pointers count, and the first byte behind it. */
  readonly start: number;
  readonly end: number;
  /** The value that was read last. */
  readonly cursor: Cursor;
  /** How many values may still be read. */
  budget: number;
}

export interface Cursor {
  type: number;
  /** Bytes of the value; pairs of a map, items of an array; of a pointer, the offset to which it leads. */
  size: number;
  /** Where the value's bytes, pairs or items start; of a pointer, the first byte behind it. */
  at: number;
}

/**
 * A section to read values from. A sound file needs about one step for every two bytes, shared values more often; the
 * budget is far above that and far below what would be noticed.
 */
export function dataSection(
  path: string,
  bytes: Uint8Array,
  start: number,
  end: number,
  origin = 0,
): DataSection {
  return {
    path,
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    origin,
    start,
    end,
    cursor: { type: 0, size: 0, at: 0 },
    budget: 1_000_000 + 16 * Math.max(0, end - start),
  };
}

/** Reads what is at `offset` into the section's cursor, following no pointer. Gives its type. */
export function readControl(section: DataSection, offset: number): number {
  const { bytes, cursor, end } = section;
  if (offset < section.start || offset >= end)
    throw damaged(section, 'a value outside the data section', offset);
  if (--section.budget < 0) throw damaged(section, 'records that hold one another too often', offset);
  const control = bytes[offset] ?? 0;
  let type = control >> 5;
  let at = offset + 1;
  if (type === POINTER) return readPointer(section, control, at);
  if (type === 0) {
    type = 7 + (bytes[at] ?? 0);
    at++;
    // 12 and 13 are the format's containers, which never occur inside a data section; below 8 is not extended.
    if (type < 8 || type > FLOAT || type === 12 || type === 13) {
      throw damaged(section, 'a value of an unknown type', offset);
    }
  }
  let size = control & 0x1f;
  if (size >= 29) {
    const more = size - 28;
    if (at + more > end) throw damaged(section, 'a value that is cut off', offset);
    const value = readUnsigned(section, at, more);
    size = more === 1 ? 29 + value : more === 2 ? 285 + value : 65_821 + value;
    at += more;
  }
  // Each item of a list takes at least one byte, each pair of a map two; a boolean's size is its value.
  const least = type === BOOLEAN ? 0 : type === MAP ? size * 2 : size;
  if (at + least > end) throw damaged(section, 'a value that is cut off', offset);
  cursor.type = type;
  cursor.size = size;
  cursor.at = at;
  return type;
}

/** Reads the value at `offset`, or the one to which a pointer there leads, into the cursor. Gives its type. */
export function readValue(section: DataSection, offset: number): number {
  const type = readControl(section, offset);
  if (type !== POINTER) return type;
  const pointed = readControl(section, section.cursor.size);
  if (pointed === POINTER) throw damaged(section, 'a pointer to a pointer', offset);
  return pointed;
}

/** The offset behind the value at `offset`, with all that is in it. */
export function skipValue(section: DataSection, offset: number): number {
  const { cursor } = section;
  let next = offset;
  for (let left = 1; left > 0; left--) {
    const type = readControl(section, next);
    next = cursor.at;
    if (type === MAP) left += 2 * cursor.size;
    else if (type === ARRAY) left += cursor.size;
    else if (type !== POINTER && type !== BOOLEAN) next += cursor.size;
  }
  return next;
}

/**
 * Looks for fields in the map at an offset (or pointed to from there), and says where the value of each is, in the order of
 * their names; 0 for a field that is not there. What is not a map has no fields. It writes into a list that it is handed, from
 * a place on, or into its own, which is the same one for every call.
 */
export type FieldFinder = (offset: number, found?: Int32Array, from?: number) => Int32Array;

/**
 * A finder of the fields `names`. With `pass`, it goes over the whole map, however early all are found; `pass` is asked for
 * the offset behind each value.
 */
export function fieldFinder(
  section: DataSection,
  names: readonly string[],
  pass?: (offset: number) => number,
): FieldFinder {
  const { cursor } = section;
  const keys = names.map((name) => Buffer.from(name));
  const own = new Int32Array(names.length);
  // In most files a key is written once and pointed to from all records. Which it is, plus 2; 1 for any other.
  const pointedKeys = createNumberMemo();
  /** Reads the text to which a key's pointer leads, once. */
  const pointedKey = (target: number): number => {
    const known = pointedKeys.get(target);
    if (known !== 0) return known - 2;
    if (readControl(section, target) !== STRING) throw damaged(section, NOT_A_KEY, target);
    const key = keyUnder(section, keys);
    pointedKeys.set(target, key + 2);
    return key;
  };
  return (offset, found = own, from = 0) => {
    for (let i = 0; i < keys.length; i++) found[from + i] = 0;
    if (readValue(section, offset) !== MAP) return found;
    let missing = keys.length;
    let next = cursor.at;
    for (let pairs = cursor.size; pairs > 0 && (missing > 0 || pass !== undefined); pairs--) {
      const type = readControl(section, next);
      let valueAt = cursor.at;
      let key: number;
      if (type === POINTER) key = pointedKey(cursor.size);
      else {
        if (type !== STRING) throw damaged(section, NOT_A_KEY, next);
        key = keyUnder(section, keys);
        valueAt += cursor.size;
      }
      if (key >= 0 && found[from + key] === 0) {
        found[from + key] = valueAt;
        missing--;
      }
      if (pass !== undefined) next = pass(valueAt);
      else if (missing > 0) next = skipValue(section, valueAt);
    }
    return found;
  };
}

/** The text at `offset`; undefined where another type is. */
export function readText(section: DataSection, offset: number): string | undefined {
  if (readValue(section, offset) !== STRING) return undefined;
  const { size, at } = section.cursor;
  // Country codes are most of what is read.
  if (size === 2) return String.fromCharCode(section.bytes[at] ?? 0, section.bytes[at + 1] ?? 0);
  return Buffer.from(section.bytes.subarray(at, at + size)).toString('utf8');
}

/** The first two octets of the text at `offset` as one number, `first << 8 | second`, where it has no more; else 0. */
export function readPair(section: DataSection, offset: number): number {
  if (readValue(section, offset) !== STRING || section.cursor.size !== 2) return 0;
  const { at } = section.cursor;
  return ((section.bytes[at] ?? 0) << 8) | (section.bytes[at + 1] ?? 0);
}

/** The number at `offset`, of whatever type, or written as a text; NaN where none is. */
export function readNumber(section: DataSection, offset: number): number {
  readValue(section, offset);
  const { type, size, at } = section.cursor;
  switch (type) {
    case DOUBLE:
      if (size !== 8) throw damaged(section, `a double of ${size} bytes`, offset);
      return section.view.getFloat64(at);
    case FLOAT:
      if (size !== 4) throw damaged(section, `a float of ${size} bytes`, offset);
      return section.view.getFloat32(at);
    case UINT16:
    case UINT32:
    case UINT64:
      if (size > (type === UINT16 ? 2 : type === UINT32 ? 4 : 8)) {
        throw damaged(section, `an integer of ${size} bytes`, offset);
      }
      return readUnsigned(section, at, size);
    case INT32:
      if (size > 4) throw damaged(section, `an integer of ${size} bytes`, offset);
      return size === 4 ? section.view.getInt32(at) : readUnsigned(section, at, size);
    case STRING:
      return numberOfText(readText(section, offset) ?? '');
    default:
      return Number.NaN;
  }
}

/** The number that a text says; NaN for one that says none, an empty one too. */
export function numberOfText(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

/** The two bits behind a pointer's type say how long it is; see the format's "pointer - 1". */
function readPointer(section: DataSection, control: number, at: number): number {
  const { cursor } = section;
  const length = ((control >> 3) & 3) + 1;
  if (at + length > section.end) throw damaged(section, 'a pointer that is cut off', at - 1);
  const high = control & 7;
  const low = readUnsigned(section, at, length);
  cursor.type = POINTER;
  cursor.size =
    section.start +
    (length === 1
      ? (high << 8) | low
      : length === 2
        ? ((high << 16) | low) + 2048
        : length === 3
          ? ((high << 24) | low) + 526_336
          : low);
  cursor.at = at + length;
  return POINTER;
}

/** An unsigned integer of `length` bytes; above 2^53 it is rounded. */
function readUnsigned(section: DataSection, at: number, length: number): number {
  if (length === 1) return section.bytes[at] ?? 0;
  if (length === 2) return section.view.getUint16(at);
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + (section.bytes[at + i] ?? 0);
  return value;
}

/** Which of `keys` the text under the cursor is; -1 for none. */
function keyUnder(section: DataSection, keys: readonly Uint8Array[]): number {
  const { at, size } = section.cursor;
  return keys.findIndex(
    (key) => key.length === size && key.every((byte, i) => byte === section.bytes[at + i]),
  );
}

/** The fault of a value at `offset`. */
export function damaged(section: DataSection, what: string, offset: number): Error {
  return databaseFault(section.path, `damaged at byte ${section.origin + offset}: ${what}`);
}

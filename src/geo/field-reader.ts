/**
 * Reads single fields of a MaxMind DB record and skips the rest: the city names in eight languages are most of a record's
 * bytes and are not needed. Decoding whole records takes seconds for a City database; this takes a fraction of a second. The
 * encoding is MaxMind DB 2.0, "Output Data Section" (https://maxmind.github.io/MaxMind-DB/).
 *
 * Files may be damaged or forged. Every read is inside the section. Pointers are followed once (the format forbids a pointer
 * to a pointer). Skipping is a loop and follows no pointers. A budget of steps ends what would take too long.
 */
import { databaseFault } from './database-fault.js';
import { createNumberMemo } from './number-memo.js';

/** The format's value types that are used here. */
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
  /** Where the section starts, from which pointers count, and the offset after its last byte. */
  readonly start: number;
  readonly end: number;
  /** The value that was read last. */
  readonly cursor: Cursor;
  /** How many values may still be read. */
  budget: number;
}

export interface Cursor {
  type: number;
  /** Bytes of the value; for a map its pairs, for an array its items; for a pointer the offset of its target. */
  size: number;
  /** Where the value's bytes, pairs or items start; for a pointer, the offset after it. */
  at: number;
}

/**
 * A section to read values from. A valid file takes about one step for every two bytes, more if values are shared. The
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

/** Reads what is at `offset` into the section's cursor, without following a pointer. Returns its type. */
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
    // 12 and 13 are the format's containers, which never occur inside a data section; types below 8 are not extended.
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

/** Reads the value at `offset`, or the target of a pointer there, into the cursor. Returns its type. */
export function readValue(section: DataSection, offset: number): number {
  const type = readControl(section, offset);
  if (type !== POINTER) return type;
  const pointed = readControl(section, section.cursor.size);
  if (pointed === POINTER) throw damaged(section, 'a pointer to a pointer', offset);
  return pointed;
}

/** The offset after the value at `offset` and everything in it. */
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
 * Looks for fields in the map at an offset (or that a pointer there leads to). Returns where the value of each is, in the
 * order of their names; 0 for a field that is missing. Values other than maps have no fields. The result is written into
 * `found` at `from`, or by default into a list of the finder's own, which every call reuses.
 */
export type FieldFinder = (offset: number, found?: Int32Array, from?: number) => Int32Array;

/**
 * A finder of the fields `names`. With `pass`, it goes over the whole map even if all are found early, and calls `pass` for
 * the offset after each value.
 */
export function fieldFinder(
  section: DataSection,
  names: readonly string[],
  pass?: (offset: number) => number,
): FieldFinder {
  const { cursor } = section;
  const keys = names.map((name) => Buffer.from(name));
  const own = new Int32Array(names.length);
  // In most files a key is written once, and all records point to it. The value is its index plus 2; 1 for any other key.
  const pointedKeys = createNumberMemo();
  /** Reads the text that a key's pointer leads to, once per target. */
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

/** The text at `offset`; undefined if the value has another type. */
export function readText(section: DataSection, offset: number): string | undefined {
  if (readValue(section, offset) !== STRING) return undefined;
  const { size, at } = section.cursor;
  // Most texts that are read are country codes.
  if (size === 2) return String.fromCharCode(section.bytes[at] ?? 0, section.bytes[at + 1] ?? 0);
  return Buffer.from(section.bytes.subarray(at, at + size)).toString('utf8');
}

/** The text of two octets at `offset` as one number, `first << 8 | second`; 0 if it is anything else. */
export function readPair(section: DataSection, offset: number): number {
  if (readValue(section, offset) !== STRING || section.cursor.size !== 2) return 0;
  const { at } = section.cursor;
  return ((section.bytes[at] ?? 0) << 8) | (section.bytes[at + 1] ?? 0);
}

/** The number at `offset`, of any number type or written as a text; NaN if there is none. */
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

/** The number in a text; NaN if it is not one, or empty. */
export function numberOfText(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

/** The two bits after a pointer's type give its length; see the format's "pointer - 1". */
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

/** The index in `keys` of the text under the cursor; -1 if it is none of them. */
function keyUnder(section: DataSection, keys: readonly Uint8Array[]): number {
  const { at, size } = section.cursor;
  return keys.findIndex(
    (key) => key.length === size && key.every((byte, i) => byte === section.bytes[at + i]),
  );
}

/** The fault for a damaged value at `offset`. */
export function damaged(section: DataSection, what: string, offset: number): Error {
  return databaseFault(section.path, `damaged at byte ${section.origin + offset}: ${what}`);
}

/**
 * Where a worker keeps its rows: one block of memory, filled like a log and then again from the start, so that the oldest
 * rows go first and there is no garbage collection. A row that is used shortly before it would be overwritten is copied to
 * the front. So a client that asks with random subnets makes rows that are never used again, and the rows of others stay.
 */
import { startWalk, WALK } from '../select/draw.js';

/**
 * The words of a row: which mirrors may be answered to the clients of one pool, family and catchment, and how often each.
 * What every answer needs comes first and fits into one cache line.
 */
export const ROW = {
  /** The version of the pool's state that it holds for. */
  VERSION: 0,
  /** Addresses in an answer; 0 if the pool has none for these clients; or FAILED; or REFUSED. */
  N: 1,
  /** Seconds that an answer may be cached. */
  TTL: 2,
  /** How many members are listed. */
  MEMBERS: 3,
  /**
   * In large pools (tail.ts): the last band's part of n × UNIT; and, further below, the weight of all members that share it,
   * and how many are skipped there. Else 0.
   */
  TAIL: 4,
  /** WALK.WORDS words. */
  WALK: 5,
  TAIL_WEIGHT: 5 + WALK.WORDS,
  SKIPS: 6 + WALK.WORDS,
  /** How many listed members of the catchment were looked at. No other can affect the row. -1: all mirrors can. */
  REACH: 7 + WALK.WORDS,
  /** The length of the row in words. */
  LENGTH: 8 + WALK.WORDS,
  /** The index in `at` that leads here. */
  OWNER: 9 + WALK.WORDS,
  /**
   * Two words per member: the running sum of the parts of UNIT up to and including its own (n × UNIT in all, with the
   * tail's); and the number of its address, or ~ the number of a mirror with several. Then the places at which the tail
   * skips members, then the running sums of the weights that it skips.
   */
  PAIRS: 10 + WALK.WORDS,
} as const;

/** In place of N: all mirrors that could be answered are down, and the answer is SERVFAIL. */
export const FAILED = -1;
/** In place of N: these clients are refused. */
export const REFUSED = -2;

export const rowLength = (words: Int32Array, row: number): number => words[row + ROW.LENGTH] ?? 0;
export const rowOwner = (words: Int32Array, row: number): number => words[row + ROW.OWNER] ?? 0;
export const rowVersion = (words: Int32Array, row: number): number => words[row + ROW.VERSION] ?? 0;
export const rowReach = (words: Int32Array, row: number): number => words[row + ROW.REACH] ?? 0;
export const rowN = (words: Int32Array, row: number): number => words[row + ROW.N] ?? 0;
export const rowTtl = (words: Int32Array, row: number): number => words[row + ROW.TTL] ?? 0;
export const rowMembers = (words: Int32Array, row: number): number => words[row + ROW.MEMBERS] ?? 0;
export const rowTail = (words: Int32Array, row: number): number => (words[row + ROW.TAIL] ?? 0) >>> 0;
export const rowTailWeight = (words: Int32Array, row: number): number =>
  (words[row + ROW.TAIL_WEIGHT] ?? 0) >>> 0;
export const rowSkips = (words: Int32Array, row: number): number => words[row + ROW.SKIPS] ?? 0;
/** The running sum of the members' parts up to and including that of a member, by number. */
export const rowSum = (words: Int32Array, row: number, member: number): number =>
  (words[row + ROW.PAIRS + 2 * member] ?? 0) >>> 0;
/** The address or mirror of a member, as in PAIRS. */
export const rowMember = (words: Int32Array, row: number, member: number): number =>
  words[row + ROW.PAIRS + 2 * member + 1] ?? 0;

export interface Rows {
  readonly words: Int32Array;
  /** Where the row of each catchment of each pool is; 0: there is none. */
  at: Int32Array;
  /** Where the next row goes, the oldest row from there on, and where the rows from there on end. */
  next: number;
  oldest: number;
  end: number;
  /** How many rows were overwritten. */
  overwritten: number;
}

/** The default size of a worker's rows in octets. */
export const ROWS_OCTETS = 32 << 20;

/** The words of a cache line: the length of a row is a multiple of it. */
const LINE = 16;
/** Where the first row is; 0 stands for none. */
const FIRST = LINE;
/** A row that will be overwritten within this part of the memory is copied when it is used. */
const SOON = 1 / 4;

/** Memory of this many octets; the system allocates it only as it is used. */
export function newRows(octets = ROWS_OCTETS): Rows {
  return {
    // Its alignment is the same at every start: 16 octets into a page with glibc. Aligning rows to lines gained nothing.
    words: new Int32Array(new SharedArrayBuffer(octets)),
    at: new Int32Array(0),
    next: FIRST,
    oldest: FIRST,
    end: FIRST,
    overwritten: 0,
  };
}

/** Forgets all rows. From now on there are this many owners. */
export function resetRows(rows: Rows, owners: number): void {
  rows.at = new Int32Array(owners);
  rows.next = FIRST;
  rows.oldest = FIRST;
  rows.end = FIRST;
}

/** Octets that rows have been written to so far. */
export function usedOctets({ next, end }: Rows): number {
  return Math.max(next, end) << 2;
}

/** Room of at least this many words for a row of an owner, whose old row is forgotten. -1: the memory is too small. */
export function placeRow(rows: Rows, owner: number, least: number): number {
  const { words, at } = rows;
  const length = (least + LINE - 1) & -LINE;
  if (rows.next + length > words.length) {
    if (FIRST + length > words.length) return -1;
    overwrite(rows, words.length);
    rows.end = rows.next;
    rows.next = FIRST;
    rows.oldest = FIRST;
  }
  overwrite(rows, rows.next + length);
  const row = rows.next;
  rows.next = row + length;
  words[row + ROW.LENGTH] = length;
  words[row + ROW.OWNER] = owner;
  at[owner] = row;
  return row;
}

/** Gives up the oldest rows up to that place. */
function overwrite(rows: Rows, to: number): void {
  const { words, at } = rows;
  while (rows.oldest < rows.end && rows.oldest < to) {
    const owner = rowOwner(words, rows.oldest);
    if (at[owner] === rows.oldest) {
      at[owner] = 0;
      rows.overwritten++;
    }
    rows.oldest += rowLength(words, rows.oldest);
  }
}

/** Whether a row will be overwritten soon. */
export function isOld({ words, next }: Rows, row: number): boolean {
  const ahead = row >= next ? row - next : row - next + words.length;
  return ahead < words.length * SOON;
}

/** Copies a row to the front and returns where it is. A row that would be overwritten next stays where it is. */
export function renewRow(rows: Rows, row: number): number {
  const { words } = rows;
  const length = rowLength(words, row);
  const isNext = row >= rows.next && row - rows.next < length;
  if (isNext || rows.next + length > words.length) return row;
  const copy = placeRow(rows, rowOwner(words, row), length);
  words.copyWithin(copy, row, row + length);
  return copy;
}

/** Room for a row with a list of this many words, in place of the one at `row` (0: there was none), whose walk is kept. */
export function makeRoom(rows: Rows, row: number, owner: number, list: number): number {
  const { words } = rows;
  const length = ROW.PAIRS + list;
  if (row > 0 && rowLength(words, row) >= length) return row;
  const room = placeRow(rows, owner, length);
  if (room < 0) return room;
  // Only words of the new row's head have been written: the old row is intact unless it lies inside the new one.
  if (row > 0 && (row < room || row - room >= rowLength(words, room))) {
    words[room + ROW.N] = rowN(words, row);
    words.copyWithin(room + ROW.WALK, row + ROW.WALK, row + ROW.WALK + WALK.WORDS);
  } else startWalk(words, room + ROW.WALK);
  return room;
}

/** A member's part of UNIT, by number. */
export function partOf({ words }: Rows, row: number, member: number): number {
  return rowSum(words, row, member) - (member === 0 ? 0 : rowSum(words, row, member - 1));
}

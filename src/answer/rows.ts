/**
 * Where a worker keeps its rows: one block of memory, filled like a log and then over again from the start, so that the
 * oldest go first and nothing is ever collected. A row that is asked for shortly before its turn would come is copied to the
 * front: who asks with random subnets makes rows that nobody asks for again, and those of all others stay.
 */
import { startWalk, WALK } from '../select/draw.js';

/** The words of a row: who may be answered to the clients of one pool, family and catchment, and how often each. */
export const ROW = {
  /** Of the row, in words. */
  LENGTH: 0,
  /** Which word of `at` leads here. */
  OWNER: 1,
  /** The version of the pool's state that it holds for. */
  VERSION: 2,
  /** So many listed members of the catchment were looked at: no other has a part in it, however it stands. -1: everybody. */
  REACH: 3,
  /** Addresses in an answer. */
  N: 4,
  /** Seconds that an answer may be kept. */
  TTL: 5,
  /** How many members are listed. */
  MEMBERS: 6,
  /**
   * In large pools (tail.ts): what its last band has of n × UNIT, the weight of all who share it, and how many are skipped
   * there. Else 0.
   */
  TAIL: 7,
  TAIL_WEIGHT: 8,
  SKIPS: 9,
  /** WALK.WORDS words. */
  WALK: 10,
  /**
   * The running sums of the members' parts of UNIT, n × UNIT with the tail's; then the members: an address's number, or ~
   * that of a mirror with several. Then where places of the tail are skipped, then by how much in all.
   */
  SUMS: 10 + WALK.WORDS,
} as const;

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
/** The running sum of the members' parts up to and with one of them, by number. */
export const rowSum = (words: Int32Array, row: number, member: number): number =>
  (words[row + ROW.SUMS + member] ?? 0) >>> 0;
/** Who the member with that number is, of so many. */
export const rowMember = (words: Int32Array, row: number, members: number, member: number): number =>
  words[row + ROW.SUMS + members + member] ?? 0;

export interface Rows {
  readonly words: Int32Array;
  /** Where the row of each catchment of each pool is; 0: there is none. */
  at: Int32Array;
  /** Where the next row comes, the oldest row that is ahead of that, and where those ahead end. */
  next: number;
  oldest: number;
  end: number;
  /** How many gave their place to others. */
  overwritten: number;
}

/** Octets of a worker's rows. */
export const ROWS_OCTETS = 32 << 20;

/** Where the first row is; 0 is for none. */
const FIRST = 16;
/** A row that has no more than this part of the memory ahead of it is copied when it is asked for. */
const SOON = 1 / 4;

/** Memory of so many octets; it is taken from the system as it is used. */
export function newRows(octets = ROWS_OCTETS): Rows {
  return {
    words: new Int32Array(octets >> 2),
    at: new Int32Array(0),
    next: FIRST,
    oldest: FIRST,
    end: FIRST,
    overwritten: 0,
  };
}

/** No rows any more; from now on there are so many owners. */
export function resetRows(rows: Rows, owners: number): void {
  rows.at = new Int32Array(owners);
  rows.next = FIRST;
  rows.oldest = FIRST;
  rows.end = FIRST;
}

/** Octets that rows have been written to. */
export function usedOctets({ next, end }: Rows): number {
  return Math.max(next, end) << 2;
}

/** Room for a row of an owner; what it was before is forgotten. -1: it is larger than all the memory. */
export function placeRow(rows: Rows, owner: number, length: number): number {
  const { words, at } = rows;
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

/** Gives up the rows that are ahead up to there. */
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

/** Whether a row is to be overwritten soon. */
export function isOld({ words, next }: Rows, row: number): boolean {
  const ahead = row >= next ? row - next : row - next + words.length;
  return ahead < words.length * SOON;
}

/** Copies a row to the front; gives where it is then. One that is next to be overwritten stays. */
export function renewRow(rows: Rows, row: number): number {
  const { words } = rows;
  const length = rowLength(words, row);
  const isNext = row >= rows.next && row - rows.next < length;
  if (isNext || rows.next + length > words.length) return row;
  const copy = placeRow(rows, rowOwner(words, row), length);
  words.copyWithin(copy + 2, row + 2, row + length);
  return copy;
}

/** Room for a row with a list of so many words, in place of the one at `row` (0: there was none), whose walk goes on. */
export function makeRoom(rows: Rows, row: number, owner: number, list: number): number {
  const { words } = rows;
  const length = ROW.SUMS + list;
  if (row > 0 && rowLength(words, row) >= length) return row;
  const room = placeRow(rows, owner, length);
  if (room < 0) return room;
  // Nobody has written behind the head of what was there before.
  if (row > 0 && (row < room || row - room >= length)) {
    words[room + ROW.N] = rowN(words, row);
    words.copyWithin(room + ROW.WALK, row + ROW.WALK, row + ROW.SUMS);
  } else startWalk(words, room + ROW.WALK);
  return room;
}

/** The part of UNIT that a member of a row has, by number. */
export function partOf({ words }: Rows, row: number, member: number): number {
  return rowSum(words, row, member) - (member === 0 ? 0 : rowSum(words, row, member - 1));
}

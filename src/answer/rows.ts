/**
 * Where a worker keeps its rows: one block of memory, filled like a log and then over again from the start, so that the
 * oldest go first and nothing is ever collected. A row that is asked for shortly before its turn would come is copied to the
 * front: who asks with random subnets makes rows that nobody asks for again, and those of all others stay.
 */
import { startWalk, WALK } from '../select/draw.js';

/**
 * The words of a row: who may be answered to the clients of one pool, family and catchment, and how often each. What each
 * answer needs comes first, in the length of a line of the cache.
 */
export const ROW = {
  /** The version of the pool's state that it holds for. */
  VERSION: 0,
  /** Addresses in an answer, 0 where the pool has nobody for these clients, FAILED, or REFUSED. */
  N: 1,
  /** Seconds that an answer may be kept. */
  TTL: 2,
  /** How many members are listed. */
  MEMBERS: 3,
  /**
   * In large pools (tail.ts): what its last band has of n × UNIT; then, below, the weight of all who share it, and how many
   * are skipped there. Else 0.
   */
  TAIL: 4,
  /** WALK.WORDS words. */
  WALK: 5,
  TAIL_WEIGHT: 5 + WALK.WORDS,
  SKIPS: 6 + WALK.WORDS,
  /** So many listed members of the catchment were looked at: no other has a part in it, however it stands. -1: everybody. */
  REACH: 7 + WALK.WORDS,
  /** Of the row, in words. */
  LENGTH: 8 + WALK.WORDS,
  /** Which word of `at` leads here. */
  OWNER: 9 + WALK.WORDS,
  /**
   * By member two words: the running sum of the parts of UNIT up to and with its own, n × UNIT with the tail's; and who it
   * is: an address's number, or ~ that of a mirror with several. Then where places of the tail are skipped, then by how much
   * in all.
   */
  PAIRS: 10 + WALK.WORDS,
} as const;

/** In place of N: nobody is answered, since all who could be are down, and SERVFAIL is said. */
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
/** The running sum of the members' parts up to and with one of them, by number. */
export const rowSum = (words: Int32Array, row: number, member: number): number =>
  (words[row + ROW.PAIRS + 2 * member] ?? 0) >>> 0;
/** Who the member with that number is. */
export const rowMember = (words: Int32Array, row: number, member: number): number =>
  words[row + ROW.PAIRS + 2 * member + 1] ?? 0;

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

/** The words of a line of the cache: a row is some of that length. */
const LINE = 16;
/** Where the first row is; 0 is for none. */
const FIRST = LINE;
/** A row that has no more than this part of the memory ahead of it is copied when it is asked for. */
const SOON = 1 / 4;

/** Memory of so many octets; it is taken from the system as it is used. */
export function newRows(octets = ROWS_OCTETS): Rows {
  return {
    // It begins alike at each start of the program: with glibc 16 octets into a page. Rows that begin a line gained nothing.
    words: new Int32Array(new SharedArrayBuffer(octets)),
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

/** Room of at least so many words for a row of an owner; what it was before is forgotten. -1: there is not that much memory. */
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
  words.copyWithin(copy, row, row + length);
  return copy;
}

/** Room for a row with a list of so many words, in place of the one at `row` (0: there was none), whose walk goes on. */
export function makeRoom(rows: Rows, row: number, owner: number, list: number): number {
  const { words } = rows;
  const length = ROW.PAIRS + list;
  if (row > 0 && rowLength(words, row) >= length) return row;
  const room = placeRow(rows, owner, length);
  if (room < 0) return room;
  // Nobody has written behind the head of what was there before.
  if (row > 0 && (row < room || row - room >= rowLength(words, room))) {
    words[room + ROW.N] = rowN(words, row);
    words.copyWithin(room + ROW.WALK, row + ROW.WALK, row + ROW.WALK + WALK.WORDS);
  } else startWalk(words, room + ROW.WALK);
  return room;
}

/** The part of UNIT that a member of a row has, by number. */
export function partOf({ words }: Rows, row: number, member: number): number {
  return rowSum(words, row, member) - (member === 0 ? 0 : rowSum(words, row, member - 1));
}

/**
 * Catchments as they are found, in the layout of src/answer/catchments.ts.
 */
import {
  BACKUP_TIER,
  CATCHMENT,
  type Catchments,
  catchmentBands,
  NETWORK_TIER,
  REFUSED_CLIENTS,
  TIERS,
} from '../../answer/catchments.js';
import type { BandList } from '../../select/band-list.js';

/** Collects catchments. Equal ones, which differ at most in the names of tiers, are stored once. */
export interface CatchmentStore {
  /** Returns the number of the catchment with these bands: that of an equal one, or of a new one. */
  add(list: BandList): number;
  /** The catchments so far. */
  all(): Catchments;
}

const { HEAD } = CATCHMENT;

/** Creates an empty store for a pool with this many candidates. */
export function createCatchmentStore(candidates: number): CatchmentStore {
  let words = new Uint32Array(1 << 10);
  let starts = new Uint32Array(1 << 6);
  let length = 0;
  /** The last catchment of each hash, plus 1; and for each catchment, the one before it with the same hash, plus 1. */
  const lastOf = new Map<number, number>();
  const before: number[] = [];

  const end = (): number => starts[length] ?? 0;

  /** Writes a list after all catchments, without making it one yet; returns its end. */
  function write({ tiers, sizes, members, rest, isRefused }: BandList): number {
    const size = HEAD + 2 * tiers.length + members.length;
    const at = end();
    if (at + size > words.length) words = larger(words, at + size);
    const inBands = sizes.reduce((sum, count) => sum + count, 0);
    words[at + CATCHMENT.BANDS] = tiers.length;
    words[at + CATCHMENT.LISTED] = inBands;
    words[at + CATCHMENT.BARRED] = members.length - inBands;
    words[at + CATCHMENT.REST] = isRefused
      ? REFUSED_CLIENTS
      : rest === undefined
        ? 0
        : TIERS.indexOf(rest) + 1;
    for (const [i, tier] of tiers.entries()) {
      words[at + HEAD + 2 * i] = TIERS.indexOf(tier);
      words[at + HEAD + 2 * i + 1] = sizes[i] ?? 0;
    }
    words.set(members, at + HEAD + 2 * tiers.length);
    return at + size;
  }

  return {
    all: () => ({
      candidates,
      starts: starts.slice(0, length + 1),
      words: words.slice(0, end()),
    }),
    add(list) {
      const at = end();
      const behind = write(list);
      const hash = hashOf(words, at, behind);
      const last = lastOf.get(hash) ?? 0;
      for (let known = last; known > 0; known = before[known - 1] ?? 0) {
        if (isEqual(words, starts[known - 1] ?? 0, starts[known] ?? 0, at, behind)) return known - 1;
      }
      before.push(last);
      length++;
      lastOf.set(hash, length);
      if (length >= starts.length) starts = larger(starts, length + 1);
      starts[length] = behind;
      return length - 1;
    },
  };
}

/**
 * What is compared of a word. Of a tier: whether it is exclusive, or of backups. Of the last band: whether there is one, or
 * the clients are refused.
 */
function kept(words: Uint32Array, start: number, at: number): number {
  const word = words[at] ?? 0;
  const offset = at - start;
  if (offset === CATCHMENT.REST) return word === REFUSED_CLIENTS ? 2 : word > 0 ? 1 : 0;
  const isTier = offset >= HEAD && offset < HEAD + 2 * catchmentBands(words, start) && (offset & 1) === 0;
  if (!isTier) return word;
  return word === NETWORK_TIER ? 1 : word === BACKUP_TIER ? 2 : 0;
}

function isEqual(words: Uint32Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  if (aEnd - a !== bEnd - b) return false;
  for (let i = 0; i < aEnd - a; i++) if (kept(words, a, a + i) !== kept(words, b, b + i)) return false;
  return true;
}

/** FNV-1a over words instead of octets. */
function hashOf(words: Uint32Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ kept(words, start, at), 0x01000193);
  return hash ^ (hash >>> 15);
}

function larger(array: Uint32Array<ArrayBuffer>, least: number): Uint32Array<ArrayBuffer> {
  const copy = new Uint32Array(Math.max(array.length * 2, least));
  copy.set(array);
  return copy;
}

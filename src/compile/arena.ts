/**
 * Memory for what is dealt first, when a world begins: the arrays of all pools one behind the other in a few large blocks.
 * With very many pools that halves the time that an answer takes. An array in memory of its own starts at the start of a
 * page, so that those of a thousand pools all compete for the same lines of the cache, and each needs a page of its own to
 * be known to the processor.
 *
 * A block lives for as long as anything in it is used. So what is dealt later, pool by pool, gets memory of its own: else
 * every block would be kept by some pool that never changes.
 */
import { newSharedUint16, sharedBytes, sharedUint32 } from './shared-memory.js';

export interface Arena {
  /** Zeros, to be filled by whoever asks for them. */
  uint16(length: number): Uint16Array;
  uint32(values: ArrayLike<number>): Uint32Array;
  bytes(values: ArrayLike<number>): Uint8Array;
  /** From now on everything gets memory of its own. */
  close(): void;
  isOpen(): boolean;
}

/** Octets of the first block, and of the largest: each has twice as many as the one before. Untouched ones cost nothing. */
const FIRST_BLOCK = 1 << 22;
const LAST_BLOCK = 32 << 20;
/** An array that would take more of a block than this part gets memory of its own. */
const LARGEST_PART = 1 / 4;
/** A line of the cache. */
const LINE = 64;

interface Place {
  readonly buffer: SharedArrayBuffer;
  readonly at: number;
}

/** An arena without blocks. */
export function createArena(): Arena {
  let open = true;
  let block: SharedArrayBuffer | undefined;
  let end = 0;
  let size = FIRST_BLOCK;

  /** Room for so many octets, at the start of a line; undefined where they get memory of their own. */
  function claim(octets: number): Place | undefined {
    if (!open || octets > size * LARGEST_PART) return undefined;
    if (block === undefined || end + octets > block.byteLength) {
      if (block !== undefined) size = Math.min(LAST_BLOCK, size * 2);
      block = new SharedArrayBuffer(size);
      end = 0;
    }
    const at = end;
    end += Math.ceil(octets / LINE) * LINE;
    return { buffer: block, at };
  }

  return {
    uint16(length) {
      const place = claim(length * Uint16Array.BYTES_PER_ELEMENT);
      return place === undefined ? newSharedUint16(length) : new Uint16Array(place.buffer, place.at, length);
    },
    uint32(values) {
      const place = claim(values.length * Uint32Array.BYTES_PER_ELEMENT);
      if (place === undefined) return sharedUint32(values);
      const array = new Uint32Array(place.buffer, place.at, values.length);
      array.set(values);
      return array;
    },
    bytes(values) {
      const place = claim(values.length);
      if (place === undefined) return sharedBytes(values);
      const array = new Uint8Array(place.buffer, place.at, values.length);
      array.set(values);
      return array;
    },
    close() {
      open = false;
      block = undefined;
    },
    isOpen: () => open,
  };
}

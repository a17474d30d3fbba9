/**
 * Numbers patterns, which are lists of small numbers of the same length, in the order of their first use. A Map would need
 * to make a key of each.
 */

export interface PatternMemo {
  /** The number of the pattern: that of an equal earlier one, or the next. */
  numberOf(pattern: Uint16Array): number;
}

const FIRST_PATTERNS = 64;

/** An empty memo, for patterns of this many numbers. */
export function createPatternMemo(length: number): PatternMemo {
  let patterns = new Uint16Array(FIRST_PATTERNS * length);
  // Numbers + 1 by hash, with linear probing; there are twice as many slots as patterns fit.
  let slots = new Int32Array(FIRST_PATTERNS * 2);
  let room = FIRST_PATTERNS;
  let count = 0;

  const slotOf = (pattern: Uint16Array, from: number): number => {
    let slot = hashOf(pattern, from, length) & (slots.length - 1);
    for (;;) {
      const number = (slots[slot] ?? 0) - 1;
      if (number < 0 || isEqual(patterns, number * length, pattern, from, length)) return slot;
      slot = (slot + 1) & (slots.length - 1);
    }
  };
  const grow = (): void => {
    const larger = new Uint16Array(patterns.length * 2);
    larger.set(patterns);
    patterns = larger;
    room *= 2;
    slots = new Int32Array(room * 2);
    for (let number = 0; number < count; number++) slots[slotOf(patterns, number * length)] = number + 1;
  };

  return {
    numberOf(pattern) {
      const slot = slotOf(pattern, 0);
      const known = slots[slot] ?? 0;
      if (known > 0) return known - 1;
      patterns.set(pattern, count * length);
      slots[slot] = ++count;
      if (count === room) grow();
      return count - 1;
    },
  };
}

function isEqual(a: Uint16Array, aFrom: number, b: Uint16Array, bFrom: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aFrom + i] !== b[bFrom + i]) return false;
  return true;
}

/** FNV-1a over numbers instead of octets, with the upper bits folded down. */
function hashOf(pattern: Uint16Array, from: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (pattern[from + i] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}

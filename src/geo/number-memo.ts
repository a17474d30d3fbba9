/**
 * A map from whole numbers to whole numbers in typed arrays. For a City database there are six million lookups of the value
 * of a record; with a Map these would take most of the time of the whole scan.
 */

export interface NumberMemo {
  /** The value of a key; 0 if it has none. */
  get(key: number): number;
  /** Sets the value of a key. Neither may be 0; both must be below 2^32. A key can be set only once. */
  set(key: number, value: number): void;
}

/** An open hash table, at most half full, key and value side by side. */
export function createNumberMemo(): NumberMemo {
  let pairs = new Uint32Array(8192);
  let mask = pairs.length - 2;
  let count = 0;
  /** The place of the key, or of the free pair where it would be. */
  const placeOf = (key: number): number => {
    // Knuth's multiplicative hash, of which the high bits are the best.
    let place = (Math.imul(key, 0x9e37_79b1) >>> 7) & mask;
    for (let held = pairs[place]; held !== 0 && held !== key; held = pairs[place]) place = (place + 2) & mask;
    return place;
  };
  const put = (key: number, value: number): void => {
    const place = placeOf(key);
    pairs[place] = key;
    pairs[place + 1] = value;
  };
  return {
    get: (key) => pairs[placeOf(key) + 1] ?? 0,
    set(key, value) {
      if (4 * ++count > pairs.length) {
        const before = pairs;
        pairs = new Uint32Array(before.length * 2);
        mask = pairs.length - 2;
        for (let i = 0; i < before.length; i += 2) {
          const held = before[i] ?? 0;
          if (held !== 0) put(held, before[i + 1] ?? 0);
        }
      }
      put(key, value);
    },
  };
}

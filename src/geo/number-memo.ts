/**
 * A map from whole numbers to whole numbers in typed arrays. A City database asks six million times which value a record
 * became; a Map answers that in most of the time that the whole scan takes.
 */

export interface NumberMemo {
  /** The value of a key; 0 for one that has none. */
  get(key: number): number;
  /** Gives a key its value, neither of them 0, both below 2^32. A key gets one value only. */
  set(key: number, value: number): void;
}

/** An open hash table, at most half full, key and value side by side. */
export function createNumberMemo(): NumberMemo {
  let pairs = new Uint32Array(8192);
  let mask = pairs.length - 2;
  let count = 0;
  /** Where the key is, or where it would be: the number of a free pair. */
  const placeOf = (key: number): number => {
    // Knuth's multiplicative hash; the high bits are the good ones.
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

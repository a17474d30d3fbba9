/**
 * Randomness as a parameter, so that tests can script the draws, and draws can be repeated exactly.
 */
import { randomBytes, randomFillSync } from 'node:crypto';

/** Returns a number in [0, 1), uniformly. */
export type Random = () => number;

/**
 * A generator with 128 bits of state, from four 32-bit seeds that are not all zero: xoshiro128**, by Blackman and
 * Vigna (https://prng.di.unimi.it/, public domain), its 32 bits divided by 2^32. Equal seeds give equal sequences.
 */
export function seededRandom(s0: number, s1 = 0x9e3779b9, s2 = 0x243f6a88, s3 = 0xb7e15162): Random {
  let a = s0 | 0;
  let b = s1 | 0;
  let c = s2 | 0;
  let d = s3 | 0;
  const next = (): number => {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9);
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d, 11);
    return (scrambled >>> 0) / 0x1_0000_0000;
  };
  // Seeds that differ in one bit give similar numbers at first; a few steps separate them.
  for (let i = 0; i < 16; i++) next();
  return next;
}

/** A generator seeded by the operating system. Not for secrets. */
export function systemRandom(): Random {
  const seed = randomBytes(16);
  return seededRandom(
    seed.readInt32LE(0),
    seed.readInt32LE(4),
    seed.readInt32LE(8),
    seed.readInt32LE(12) | 1,
  );
}

/** How many 32-bit numbers are requested from the operating system at once: 16 kB. An answer uses some octets of that. */
const AT_ONCE = 4096;

/** The system's secure generator: the next number can't be predicted from earlier ones. */
export function secureRandom(): Random {
  const words = new Uint32Array(AT_ONCE);
  let next = AT_ONCE;
  return () => {
    if (next === AT_ONCE) {
      randomFillSync(words);
      next = 0;
    }
    return (words[next++] ?? 0) / 0x1_0000_0000;
  };
}

/** An integer in [0, n), uniformly, for n up to 2^32. */
export function below(random: Random, n: number): number {
  return Math.floor(random() * n);
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

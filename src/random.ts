/**
 * Chance as something that is handed in, so that tests script the draws and a deck can be drawn again exactly.
 */
import { randomBytes } from 'node:crypto';

/** Gives a number in [0, 1), uniformly. */
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
  // Seeds that differ in one bit start alike; a few steps part them.
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

/** An integer in [0, n), uniformly, for n up to 2^32. */
export function below(random: Random, n: number): number {
  return Math.floor(random() * n);
}

/** Puts the items of `items` in a random order, in place (Fisher and Yates). */
export function shuffle<T>(random: Random, items: { readonly length: number; [index: number]: T }): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = below(random, i + 1);
    const a = items[i];
    const b = items[j];
    if (a === undefined || b === undefined) continue;
    items[i] = b;
    items[j] = a;
  }
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/**
 * The order of a pool's members on the line that answers are drawn from: a keyed hash of the pool, the mirror and an epoch.
 * It is the same in all catchments, workers and name servers, so a row of k mirrors has at most k different answers. It
 * changes with the epoch, so that no two mirrors stay neighbours: neighbours are hardly ever answered together.
 */
import { DAY_MS } from '../platform/time.js';
import { sipHash } from '../wire/siphash.js';

/** The epoch at a time in milliseconds since 1970. It changes at midnight UTC. */
export function epochAt(now: number): number {
  return Math.floor(now / DAY_MS);
}

/** When the next epoch after `now` begins, in milliseconds since 1970. */
export function nextEpoch(now: number): number {
  return (epochAt(now) + 1) * DAY_MS;
}

/** By mirror, its place in the order, counted from 0. */
export function memberRanks(owner: string, mirrors: readonly string[], epoch: number): Uint32Array {
  const key = Int32Array.of(epoch, 0, 0, 0);
  const out = new Int32Array(2);
  const hashes = Float64Array.from(mirrors, (mirror) => {
    const text = Buffer.from(`${owner} ${mirror}`);
    const words = new Int32Array(Math.ceil(text.length / 4));
    for (const [i, octet] of text.entries()) words[i >> 2] = (words[i >> 2] ?? 0) | (octet << ((i & 3) << 3));
    sipHash(key, 0, words, words.length, out, 0);
    return ((out[1] ?? 0) >>> 0) * 2 ** 20 + ((out[0] ?? 0) >>> 12);
  });
  const order = Uint32Array.from(mirrors, (_, i) => i);
  order.sort((a, b) => (hashes[a] ?? 0) - (hashes[b] ?? 0) || a - b);
  const ranks = new Uint32Array(mirrors.length);
  for (const [rank, mirror] of order.entries()) ranks[mirror] = rank;
  return ranks;
}

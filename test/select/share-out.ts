/** Shares of bands given as lists, by the functions that workers use; asked as the oracle is. */
import { newShares, setCap, shareOut } from '../../src/select/shares.js';
import type { ShareQuestion, Shares } from './oracle/shares.js';

export function inclusion({ bands, weights, answers, maxShare, growth }: ShareQuestion): Shares {
  const isExclusive = bands[0]?.tier === 'network';
  const counted = (isExclusive ? bands.slice(0, 1) : bands).map(({ members }) => members);
  const members = counted.flat();
  const shares = newShares(members.length);
  for (const [i, member] of members.entries()) {
    shares.weights[i] = weights[member] ?? 0;
    shares.parts[i] = (growth?.[member] ?? 10) / 10;
    if (shares.parts[i] < 1) shares.isPartial = true;
  }
  for (const [i, { length }] of counted.entries()) shares.starts[i + 1] = (shares.starts[i] ?? 0) + length;
  shares.bands = counted.length;
  setCap(shares, members.length, answers, maxShare, isExclusive);
  shareOut(shares);
  const probability = new Float64Array(weights.length);
  for (const [i, member] of members.entries()) probability[member] = shares.probability[i] ?? 0;
  return { n: shares.n, cap: shares.cap, raised: shares.isRaised, probability };
}

/**
 * How often each mirror is in a client's answer. Near mirrors get all that they may, weight counts at every distance, and
 * nobody gets more than the cap; what comes out is an inclusion probability for every mirror, and they sum to n, the
 * number of addresses in an answer.
 *
 * Workers do this as queries need it, so it writes into arrays that are there already, and looks for the full ones round by
 * round instead of sorting: whoever is full at what each round offers is full at all that follow, since each offers more.
 */

/** Those who may be answered to some clients, band by band, and what each is to get. Used again for others. */
export interface Shares {
  /** By member: above 0. */
  readonly weights: Float64Array;
  /** By member: the part of its weight and cap that counts while the others can fill the answer, above 0, at most 1. */
  readonly parts: Float64Array;
  /** By member: how likely it is in an answer. */
  readonly probability: Float64Array;
  /** By band: the number of its first member; one more for the end of the last. */
  readonly starts: Uint32Array;
  bands: number;
  /** Whether some part is below 1. */
  isPartial: boolean;
  /** How many addresses an answer has. */
  n: number;
  /** The largest inclusion probability that any mirror may have here. */
  cap: number;
  /** Whether so few are left that the wanted cap can't be kept; `cap` is then the least that can. */
  isRaised: boolean;
  /** By member, while sharing out: what it may still take, and the weight that it counts with, 0 when it is full. */
  readonly room: Float64Array;
  readonly open: Float64Array;
}

/** Less than this is rounding, not a probability: it must not reach the next band and get an answer there. */
export const NEGLIGIBLE = 1e-12;

/** Room for so many members. */
export function newShares(members: number): Shares {
  const numbers = (): Float64Array => new Float64Array(members);
  return {
    weights: numbers(),
    parts: numbers(),
    probability: numbers(),
    starts: new Uint32Array(members + 1),
    bands: 0,
    isPartial: false,
    n: 0,
    cap: 0,
    isRaised: false,
    room: numbers(),
    open: numbers(),
  };
}

/**
 * With so many mirrors no other is needed, and none would change a thing: they fill the answer at the wanted cap, since
 * enough × n × max_share ≥ n, and the cap is not raised, since 1 / enough ≤ max_share. In a pool of thousands that spares
 * looking at nearly all of them.
 */
export function enoughFor(answers: number, maxShare: number): number {
  return Math.max(answers, Math.ceil(1 / maxShare));
}

/**
 * Says n, the cap and whether it is raised, for `k` members: n addresses of `answers`, `maxShare` the largest part of a
 * client's downloads for one mirror, above 0, at most 1. An exclusive band knows no cap but 1.
 */
export function setCap(
  shares: Shares,
  k: number,
  answers: number,
  maxShare: number,
  isExclusive: boolean,
): void {
  const n = Math.min(answers, k);
  shares.n = n;
  shares.isRaised = !isExclusive && k > 0 && 1 / k > maxShare;
  shares.cap = k === 0 ? 0 : isExclusive ? 1 : Math.min(1, Math.max(n * maxShare, n / k));
}

/** Shares n out among the bands' members, the nearest band first; gives what did not fit, which is rounding at most. */
export function shareOut(shares: Shares): number {
  const { starts, probability, bands } = shares;
  probability.fill(0, 0, starts[bands] ?? 0);
  const missing = shareBands(shares, shares.n, false);
  return missing > NEGLIGIBLE && shares.isPartial ? shareBands(shares, missing, true) : missing;
}

/** Shares `missing` out band by band, up to each member's part of its cap or up to all of it; gives what does not fit. */
export function shareBands(shares: Shares, missing: number, isWhole: boolean): number {
  const { starts, bands } = shares;
  let left = missing;
  for (let band = 0; band < bands && left > NEGLIGIBLE; band++) {
    left = pour(shares, starts[band] ?? 0, starts[band + 1] ?? 0, left, isWhole);
  }
  return left;
}

/** Shares `missing` among the members from `from` up to `to` by weight, nobody beyond their room; gives what does not fit. */
function pour(
  { weights, parts, probability, room, open, cap }: Shares,
  from: number,
  to: number,
  missing: number,
  isWhole: boolean,
): number {
  let free = 0;
  let total = 0;
  for (let i = from; i < to; i++) {
    const part = parts[i] ?? 1;
    const own = Math.max(0, (isWhole ? cap : cap * part) - (probability[i] ?? 0));
    const weight = own > 0 ? (weights[i] ?? 0) * part : 0;
    room[i] = own;
    open[i] = weight;
    free += own;
    total += weight;
  }
  if (missing >= free - NEGLIGIBLE) {
    for (let i = from; i < to; i++) probability[i] = (probability[i] ?? 0) + (room[i] ?? 0);
    return missing - free;
  }
  let left = missing;
  for (;;) {
    const scale = left / total;
    let filled = 0;
    total = 0;
    for (let i = from; i < to; i++) {
      const weight = open[i] ?? 0;
      if (weight === 0) continue;
      const own = room[i] ?? 0;
      if (weight * scale < own) {
        total += weight;
        continue;
      }
      probability[i] = (probability[i] ?? 0) + own;
      open[i] = 0;
      filled += own;
    }
    if (filled === 0) {
      for (let i = from; i < to; i++) probability[i] = (probability[i] ?? 0) + (open[i] ?? 0) * scale;
      return 0;
    }
    left -= filled;
    if (left < NEGLIGIBLE || total === 0) return Math.max(0, left);
  }
}

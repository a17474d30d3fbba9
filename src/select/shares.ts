/**
 * How often each mirror is in a client's answer. Near mirrors get as much as they may, weight counts at every distance, and
 * no mirror gets more than the cap. The result is an inclusion probability for every mirror; they sum to n, the number of
 * addresses in an answer.
 *
 * Workers do this when queries need it. So it writes into existing arrays, and it finds the full members round by round
 * instead of sorting: a member that is full in one round is full in all later ones, since each round offers more.
 */

/** The mirrors that may be answered to some clients, band by band, and the part of each. Reused for other clients. */
export interface Shares {
  /** By member: above 0. */
  readonly weights: Float64Array;
  /** By member: the part of its weight and cap that counts while the others can fill the answer, above 0, at most 1. */
  readonly parts: Float64Array;
  /** By member: its probability of being in an answer. */
  readonly probability: Float64Array;
  /** By band: the number of its first member; plus one entry for the end of the last. */
  readonly starts: Uint32Array;
  bands: number;
  /** Whether some part is below 1. */
  isPartial: boolean;
  /** How many addresses an answer has. */
  n: number;
  /** The largest inclusion probability that any mirror may have here. */
  cap: number;
  /** Whether too few members are left to keep the wanted cap; `cap` is then the lowest that is possible. */
  isRaised: boolean;
  /** By member, while sharing out: what it may still take, and the weight that it counts with, 0 when it is full. */
  readonly room: Float64Array;
  readonly open: Float64Array;
}

/** A remainder below this is rounding, not a probability: it must not reach the next band and get an answer there. */
export const NEGLIGIBLE = 1e-12;

/** Shares for up to this many members. */
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
 * With this many mirrors no others are needed, and others would change nothing: they fill the answer at the wanted cap,
 * since enough × n × max_share ≥ n, and the cap is not raised, since 1 / enough ≤ max_share. In a pool of thousands this
 * avoids looking at nearly all of them.
 */
export function enoughFor(answers: number, maxShare: number): number {
  return Math.max(answers, Math.ceil(1 / maxShare));
}

/**
 * Sets n, the cap and whether it is raised, for `k` members: n is at most `answers`, and `maxShare` is the largest part of a
 * client's downloads for one mirror, above 0, at most 1. In an exclusive band the cap is always 1.
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

/** Shares n out among the bands' members, the nearest band first. Returns the remainder, which is at most rounding. */
export function shareOut(shares: Shares): number {
  const { starts, probability, bands } = shares;
  probability.fill(0, 0, starts[bands] ?? 0);
  const missing = shareBands(shares, shares.n, false);
  return missing > NEGLIGIBLE && shares.isPartial ? shareBands(shares, missing, true) : missing;
}

/** Shares `missing` out band by band, up to each member's part of its cap or the whole cap. Returns what does not fit. */
export function shareBands(shares: Shares, missing: number, isWhole: boolean): number {
  const { starts, bands } = shares;
  let left = missing;
  for (let band = 0; band < bands && left > NEGLIGIBLE; band++) {
    left = pour(shares, starts[band] ?? 0, starts[band + 1] ?? 0, left, isWhole);
  }
  return left;
}

/** Shares `missing` among the members from `from` up to `to` by weight, within their room. Returns what does not fit. */
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

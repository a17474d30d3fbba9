/** A mirror's share of the world in words. */
import type { WorldShareReport } from '../control/mirror-report.js';

/** Exceeding the limit by this much is a rounding error. */
const ROUNDING = 0.0015;

/** Undefined if the limit has no effect. */
export function describeShare({ limit, expected, factor }: WorldShareReport): string | undefined {
  if (expected > limit + ROUNDING) {
    return `has ${percent(expected)} of all traffic, more than its limit of ${percent(limit)}: the others can't take it`;
  }
  if (factor === 1) return undefined;
  return `world share: ${percent(factor)} of its weight and cap while others fill the answer, so that it has ${percent(limit)} of all traffic`;
}

function percent(part: number): string {
  return `${Number((part * 100).toPrecision(3))} %`;
}

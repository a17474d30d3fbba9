/**
 * Ranges as monitoring plugins have them: what a number may be before somebody is told. `10` is 0 to 10, `10:` is 10 and more,
 * `~:10` is 10 and less, and `@10:20` alerts inside instead of outside.
 */

export interface Range {
  /** As it was written, without a percent sign. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** It alerts inside, both ends among it. */
  readonly isInside: boolean;
}

const PART = String.raw`(-?\d+(?:\.\d+)?)%?`;
const RANGE = new RegExp(`^(@?)(?:(~|${PART}):)?(?:${PART})?$`);

/** Undefined where it is none. */
export function readRange(text: string): Range | undefined {
  const [, at, start, from, to] = RANGE.exec(text) ?? [];
  if (at === undefined || (start === undefined && to === undefined)) return undefined;
  const range = {
    text: text.replaceAll('%', ''),
    from: start === '~' ? -Infinity : Number(from ?? 0),
    to: to === undefined ? Infinity : Number(to),
    isInside: at === '@',
  };
  return range.from <= range.to ? range : undefined;
}

/** Whether somebody is to be told of the value. */
export function alerts(range: Range | undefined, value: number): boolean {
  if (range === undefined) return false;
  const isWithin = value >= range.from && value <= range.to;
  return range.isInside ? isWithin : !isWithin;
}

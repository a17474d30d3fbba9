/**
 * Ranges as in monitoring plugins: the values that do not alert. `10` is 0 to 10, `10:` is 10 and more, `~:10` is 10 and
 * less, and `@10:20` alerts inside the range instead of outside.
 */

export interface Range {
  /** As it was written, without a percent sign. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** It alerts inside the range, including both ends. */
  readonly isInside: boolean;
}

const PART = String.raw`(-?\d+(?:\.\d+)?)%?`;
const RANGE = new RegExp(`^(@?)(?:(~|${PART}):)?(?:${PART})?$`);

/** Undefined if the text is not a valid range. */
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

/** Whether the value raises an alert. */
export function alerts(range: Range | undefined, value: number): boolean {
  if (range === undefined) return false;
  const isWithin = value >= range.from && value <= range.to;
  return range.isInside ? isWithin : !isWithin;
}

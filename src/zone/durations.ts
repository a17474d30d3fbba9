/**
 * Durations as operators write them: a whole number and a unit, `500ms`, `30s`, `5m`, `1h`, `1d`. A bare number is
 * refused, as it could be seconds or milliseconds.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../platform/time.js';
import type { TextFault } from './text-fault.js';

const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', DAY_MS],
  ['h', HOUR_MS],
  ['m', MINUTE_MS],
  ['s', 1000],
  ['ms', 1],
];

/** The full pattern of a duration, for JSON Schema. */
export const DURATION_PATTERN = '^[0-9]{1,9}(ms|s|m|h|d)$';

/** Milliseconds, 0 and up. */
export function readDuration(text: string): number | TextFault {
  const [, count, unit] = /^(\d{1,9})([a-z]{1,2})$/.exec(text) ?? [];
  const ms = UNITS.find(([name]) => name === unit)?.[1];
  if (count !== undefined && ms !== undefined) return Number(count) * ms;
  if (/^\d{1,9}$/.test(text)) return { fault: `"${text}" has no unit: write ${text}s for seconds` };
  return {
    fault: `"${text}" is not a duration, expected a whole number and a unit: 500ms, 30s, 5m, 1h or 1d`,
  };
}

/** Milliseconds in the largest unit that needs no fraction. */
export function formatDuration(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= each && ms % each === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

/** A duration for people: its two largest units, down to seconds, such as `2d 3h` or `45s`. */
export function formatSpan(ms: number): string {
  const parts: string[] = [];
  let left = Math.max(0, ms);
  for (const [unit, size] of UNITS.slice(0, -1)) {
    const amount = Math.floor(left / size);
    left -= amount * size;
    if (amount > 0) parts.push(`${amount}${unit}`);
  }
  return parts.slice(0, 2).join(' ') || '0s';
}

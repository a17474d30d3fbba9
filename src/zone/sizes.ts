/**
 * Sizes and rates as operators write them: a number and a unit, `1MB`, `512KiB`, `2MB/s`, `16Mbit/s`. As with durations, a
 * bare number is refused.
 */
import type { TextFault } from './text-fault.js';

const UNITS: readonly (readonly [unit: string, octets: number])[] = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
  ['KB', 1e3],
  ['B', 1],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
];

const BITS: readonly (readonly [unit: string, octets: number])[] = [
  ['Gbit', 1e9 / 8],
  ['Mbit', 1e6 / 8],
  ['kbit', 1e3 / 8],
];

/** Units of line capacity, in thousandths of a Mbit. */
const CAPACITIES: readonly (readonly [unit: string, thousandths: number])[] = [
  ['Tbit', 1e9],
  ['Gbit', 1e6],
  ['Mbit', 1e3],
];

/** The full patterns of a size and of a rate, for JSON Schema. */
export const SIZE_PATTERN = '^[0-9]{1,9}([.][0-9]{1,3})?(B|[kK]B|MB|GB|KiB|MiB|GiB)$';
export const RATE_PATTERN = '^[0-9]{1,9}([.][0-9]{1,3})?(B|[kK]B|MB|GB|KiB|MiB|GiB|kbit|Mbit|Gbit)/s$';

/** Octets, whole, 0 and up. */
export function readSize(text: string): number | TextFault {
  return (
    read(text, UNITS) ?? { fault: `"${text}" is not a size, expected a number and a unit: 512KiB or 1MB` }
  );
}

/** Octets per second, 0 and up. */
export function readRate(text: string): number | TextFault {
  const [, size] = /^(.*)\/s$/.exec(text) ?? [];
  const rate = size === undefined ? undefined : read(size, [...UNITS, ...BITS]);
  return (
    rate ?? { fault: `"${text}" is not a rate, expected a number and a unit: 500kB/s, 2MB/s or 16Mbit/s` }
  );
}

/** The full pattern of a capacity, for JSON Schema. */
export const CAPACITY_PATTERN = '^[0-9]{1,9}([.][0-9]{1,3})?[TGM]bit/s$';

/** Mbit/s, whole, 0 and up. */
export function readCapacity(text: string): number | TextFault {
  const thousandths = text.endsWith('/s') ? read(text.slice(0, -2), CAPACITIES) : undefined;
  if (thousandths === undefined) {
    return {
      fault: `"${text}" is not a weight, expected a number, or a rate such as 500Mbit/s or 2.5Gbit/s`,
    };
  }
  return thousandths % 1000 === 0
    ? thousandths / 1000
    : { fault: `"${text}" is not a whole number of Mbit/s` };
}

/** A size in the largest decimal unit that leaves at least one digit before the point, to three digits. */
export function formatSize(octets: number): string {
  const [unit, size] = UNITS.slice(0, 3).find(([, each]) => octets >= each) ?? ['B', 1];
  return `${Number((octets / size).toPrecision(3))} ${unit}`;
}

function read(text: string, units: typeof UNITS): number | undefined {
  const [, count, unit] = /^(\d{1,9}(?:\.\d{1,3})?)([A-Za-z]{1,4})$/.exec(text) ?? [];
  const octets = units.find(([name]) => name === unit)?.[1];
  return count === undefined || octets === undefined ? undefined : Math.round(Number(count) * octets);
}

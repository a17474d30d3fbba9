/**
 * The building blocks of the schemas: values that are written as text, numbers in a range, and their messages. They also
 * appear in the JSON Schema, which is why they have patterns beside the readers that actually decide.
 */
import * as z from 'zod';
import { countOf } from '../platform/count-of.js';
import { describeValue, indefinite, typeHint } from './describe-value.js';
import { DURATION_PATTERN, formatDuration, readDuration } from './durations.js';
import { isTextFault, type TextFault } from './text-fault.js';

/** Text that `read` turns into its meaning, or into a fault. */
export function meaningful<T>(read: (text: string) => T | TextFault) {
  return z.string().transform((text, context) => decided(read(text), context));
}

/** The result of a reader inside a schema's transform. */
function decided<T>(read: T | TextFault, context: z.RefinementCtx): T {
  if (!isTextFault(read)) return read;
  context.addIssue({ code: 'custom', message: read.fault });
  return z.NEVER;
}

/** A whole number from `min` to `max`. Messages call it `label`. */
export function whole(label: string, min: number, max: number) {
  const isGood = (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
  const type = ({ input }: { input?: unknown }) =>
    input === undefined ? '' : `${label} must be ${indefinite('int')}, ${typeHint('int', input, isGood)}`;
  const range = outOfRange(label, `${min} to ${max}`);
  return z.int({ error: type }).min(min, { error: range }).max(max, { error: range });
}

/** A number from `min` to `max`. */
export function ranged(label: string, min: number, max: number) {
  const range = outOfRange(label, `${min} to ${max}`);
  return z.number().min(min, { error: range }).max(max, { error: range });
}

/** The message for a number that is too small or too large. */
export function outOfRange(label: string, expected: string) {
  return ({ input }: { input?: unknown }) =>
    `${label} ${String(input)} is out of range, expected ${expected}`;
}

/** A duration from `min` to `max` milliseconds, as milliseconds. */
export function duration(label: string, min: number, max: number) {
  const type = ({ input }: { input?: unknown }) => {
    if (typeof input === 'number')
      return `${label} must have a unit: write ${input}s for ${countOf(input, 'second')}`;
    return `${label} must be a duration such as 30s or 5m, found ${describeValue(input)}`;
  };
  const read = (text: string): number | TextFault => {
    const ms = readDuration(text);
    if (isTextFault(ms) || (ms >= min && ms <= max)) return ms;
    return { fault: outOfRange(label, `${formatDuration(min)} to ${formatDuration(max)}`)({ input: text }) };
  };
  return z
    .string({ error: type })
    .transform((text, context) => decided(read(text), context))
    .meta({ pattern: DURATION_PATTERN });
}

/** One value or a list of them, always read as a list. */
export function oneOrMore<S extends z.ZodType>(form: S) {
  return z.union([form, z.array(form)]).transform((value) => (Array.isArray(value) ? value : [value]));
}

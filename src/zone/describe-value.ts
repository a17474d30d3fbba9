/**
 * Values and types in an operator's words, for messages: "found the number 5", "must be a list".
 */

import { addressReadAsMapping } from './yaml-slips.js';

/** What stands there. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string')
    return `the text "${value.length > 40 ? `${value.slice(0, 37)}...` : value}"`;
  if (typeof value === 'number') return `the number ${value}`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : String(value);
}

/** A type by the name that zod has for it, with its article. */
export function indefinite(type: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
  };
  return words[type] ?? type;
}

/** What was found in place of a type, and how to write what was probably meant. */
export function typeHint(expected: string, found: unknown): string {
  const address = addressReadAsMapping(found);
  if (address !== undefined)
    return `found an IPv6 address that reads as a mapping: write "${address}" in quotes`;
  const what = `found ${describeValue(found)}`;
  if (expected === 'string' && (typeof found === 'number' || typeof found === 'boolean')) {
    return `${what}: put it in quotes`;
  }
  if (
    (expected === 'number' || expected === 'int') &&
    typeof found === 'string' &&
    /^-?[\d.]+$/.test(found)
  ) {
    return `${what}: write it without quotes`;
  }
  if (expected === 'array' && typeof found !== 'object') return `${what}: write [${String(found)}]`;
  if (expected === 'boolean' && /^(yes|on|no|off)$/i.test(String(found))) {
    return `${what}: write ${/^(yes|on)$/i.test(String(found)) ? 'true' : 'false'}`;
  }
  if ((expected === 'object' || expected === 'record') && found === null)
    return `${what}: write {} for the defaults`;
  return what;
}

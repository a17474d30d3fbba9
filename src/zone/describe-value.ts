/**
 * Values and types in an operator's words, for messages: "found the number 5", "must be a list".
 */

import { addressReadAsMapping } from './yaml-slips.js';

/** Numbers that YAML writes differently. */
const YAML_NUMBERS: ReadonlyMap<number, string> = new Map([
  [Number.NaN, '.nan'],
  [Infinity, '.inf'],
  [-Infinity, '-.inf'],
]);

/** A value as found in the file, in words. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string')
    return `the text "${value.length > 40 ? `${value.slice(0, 37)}...` : value}"`;
  if (typeof value === 'number') return `the number ${YAML_NUMBERS.get(value) ?? value}`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : String(value);
}

/** A type, given by zod's name for it, with its article. */
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

/** What was found in place of a type and, if the likely meaning would be valid, how to write that. */
export function typeHint(expected: string, found: unknown, isGood: (value: unknown) => boolean): string {
  const address = addressReadAsMapping(found);
  if (address !== undefined)
    return `found an IPv6 address that reads as a mapping: write "${address}" in quotes`;
  const what = `found ${describeValue(found)}`;
  const meant = meantBy(expected, found);
  return meant !== undefined && isGood(meant.value) ? `${what}: ${meant.advice}` : what;
}

/** The words of a text that looks like a list. */
export function wordsOf(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== '');
}

interface Meant {
  readonly value: unknown;
  readonly advice: string;
}

function meantBy(expected: string, found: unknown): Meant | undefined {
  switch (expected) {
    case 'string':
      if (typeof found !== 'number' && typeof found !== 'boolean') return undefined;
      return { value: String(found), advice: 'put it in quotes' };
    case 'number':
    case 'int':
      return typeof found === 'string' ? numberMeant(found) : undefined;
    case 'array': {
      if (typeof found === 'object') return undefined;
      const value = typeof found === 'string' ? wordsOf(found) : [found];
      return { value, advice: `write [${value.join(', ')}]` };
    }
    case 'boolean': {
      if (!/^(yes|on|no|off)$/i.test(String(found))) return undefined;
      const value = /^(yes|on)$/i.test(String(found));
      return { value, advice: `write ${value}` };
    }
    case 'object':
    case 'record':
      return found === null ? { value: {}, advice: 'write {} for the defaults' } : undefined;
    default:
      return undefined;
  }
}

function numberMeant(text: string): Meant | undefined {
  if (/^-?[\d.]+$/.test(text)) return { value: Number(text), advice: 'write it without quotes' };
  const percent = /^(\d{1,9}(?:\.\d{1,9})?) ?%$/.exec(text)?.[1];
  if (percent === undefined) return undefined;
  // Rounded, to avoid 0.07000000000000001.
  const value = Number((Number(percent) / 100).toPrecision(12));
  return { value, advice: `write ${value}` };
}

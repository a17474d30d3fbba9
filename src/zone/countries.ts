/**
 * Countries as operators write them. A code that no client can ever have is a mistake worth refusing.
 */
import { COUNTRY_CODES } from '../platform/countries.js';
import type { TextFault } from './text-fault.js';

/** What people write for a country whose code is another one. */
const MISTAKEN: ReadonlyMap<string, string> = new Map([
  ['UK', 'GB'],
  ['EL', 'GR'],
]);

/** A country's code; upper case only, as everything that it is compared with is. */
export function readCountry(text: string): string | TextFault {
  if (COUNTRY_CODES.has(text)) return text;
  const upper = text.toUpperCase();
  const meant = MISTAKEN.get(upper) ?? (COUNTRY_CODES.has(upper) ? upper : undefined);
  if (meant !== undefined) return { fault: `"${text}" is not a country code: write ${meant}` };
  return { fault: `"${text}" is not a country code, expected ISO 3166 alpha-2 such as DE or US` };
}

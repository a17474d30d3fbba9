/**
 * Countries as operators write them. A code that no client can ever have is refused as a mistake.
 */
import { COUNTRY_CODES } from '../platform/countries.js';
import type { TextFault } from './text-fault.js';

/** Codes that people mistakenly write for a country. */
const MISTAKEN: ReadonlyMap<string, string> = new Map([
  ['UK', 'GB'],
  ['EL', 'GR'],
]);

/** A country code, in upper case like all codes that it is compared with. */
export function readCountry(text: string): string | TextFault {
  if (COUNTRY_CODES.has(text)) return text;
  const upper = text.toUpperCase();
  const meant = MISTAKEN.get(upper) ?? (COUNTRY_CODES.has(upper) ? upper : undefined);
  if (meant !== undefined) return { fault: `"${text}" is not a country code: write ${meant}` };
  return { fault: `"${text}" is not a country code, expected ISO 3166 alpha-2 such as DE or US` };
}

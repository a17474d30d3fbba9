/**
 * The file of each country's part of all clients, for operators who know better than a count of addresses. Each line has a
 * country and its weight, such as `DE 83` or `DE: 83`, in any unit. Countries that are not listed have no clients. A
 * subdivision has a weight of its own, and the country's weight is then for the rest of the country.
 */
import { COUNTRY_CODES, isSubdivision } from '../platform/countries.js';
import { GeopoolError } from '../platform/errors.js';
import { type Fault, formatFault } from './faults.js';

const LINE = /^(\S+?)(?::\s*|\s+)(\S+)$/;
const MOST = 1e15;

/** Reads the text of such a file. Empty lines, and everything after a #, are skipped. Throws CONFIG_INVALID. */
export function readWorldWeights(text: string, file: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  const faults: Fault[] = [];
  for (const [i, whole] of text.split('\n').entries()) {
    const line = whole.replace(/#.*/, '').trim();
    if (line === '') continue;
    const [, code = '', number = ''] = LINE.exec(line) ?? [];
    const weight = /^\d+(\.\d+)?$/.test(number) ? Number(number) : Number.NaN;
    const message =
      code === ''
        ? 'not a country and a weight, expected such as DE 83'
        : !COUNTRY_CODES.has(code) && !isSubdivision(code)
          ? `"${code}" is not a country, expected ISO 3166 such as DE or US-TX`
          : weights.has(code)
            ? `"${code}" a second time`
            : weight <= MOST
              ? undefined
              : `"${number}" is not a weight, expected a number, 0 or more`;
    if (message === undefined) weights.set(code, weight);
    else faults.push({ file, line: i + 1, column: whole.indexOf(line) + 1, message });
  }
  const isEmpty = faults.length === 0 && [...weights.values()].every((weight) => weight === 0);
  if (isEmpty) faults.push({ file, line: 1, column: 1, message: 'no country in it has a weight' });
  if (faults.length === 0) return weights;
  const message = `${file}, the file of world weights, is wrong`;
  throw new GeopoolError('CONFIG_INVALID', message, { details: faults.map(formatFault) });
}

/** The same by country, each with all of its subdivisions. */
export function countryWeights(weights: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [code, weight] of weights) {
    const country = code.slice(0, 2);
    sums.set(country, (sums.get(country) ?? 0) + weight);
  }
  return sums;
}

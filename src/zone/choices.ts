/**
 * The names by which users choose among a pool's mirrors: countries by their codes, continents by the names that the NTP
 * pool made known, and mirrors by their own.
 */
import { CONTINENTS, type Continent } from '../platform/continents.js';
import { COUNTRY_CODES } from '../platform/countries.js';
import type { Choice } from './model.js';

const CONTINENT_NAMES: Readonly<Record<Continent, string>> = {
  AF: 'africa',
  AN: 'antarctica',
  AS: 'asia',
  EU: 'europe',
  NA: 'north-america',
  OC: 'oceania',
  SA: 'south-america',
};

/** What users may choose of a pool by a label, of `choose`; undefined where there is no such name, whoever is where. */
export function choiceOf(
  label: string,
  choose: readonly Choice[],
  isMirror: (name: string) => boolean,
): Choice | undefined {
  return choose.find((choice) => (choice === 'mirror' ? isMirror(label) : PLACE_LABELS[choice].has(label)));
}

/** The label of a country, by its code, or of a continent. */
export const labelOfCountry = (country: string): string => country.toLowerCase();
export const labelOfContinent = (continent: Continent): string => CONTINENT_NAMES[continent];

/** The labels that countries and continents have, whether a mirror is there or not. */
export const PLACE_LABELS = {
  country: new Set([...COUNTRY_CODES].map(labelOfCountry)),
  continent: new Set(CONTINENTS.map(labelOfContinent)),
} as const;

/**
 * The names by which users choose among a pool's mirrors: countries by their codes, continents by the names that the NTP
 * pool made known, and mirrors by their own.
 */
import { CONTINENTS, type Continent, continentOf } from '../platform/continents.js';
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

/** The labels by which users get a mirror: its own name, and those of its country, where that is known, and continent. */
export function labelsOf(choose: readonly Choice[], mirror: string, country: string | undefined): string[] {
  const continent = country === undefined ? undefined : continentOf(country);
  return choose.flatMap((choice) => {
    if (choice === 'mirror') return mirror;
    if (choice === 'country') return country === undefined ? [] : labelOfCountry(country);
    return continent === undefined ? [] : labelOfContinent(continent);
  });
}

/** The label of a country, by its code, or of a continent. */
const labelOfCountry = (country: string): string => country.toLowerCase();
const labelOfContinent = (continent: Continent): string => CONTINENT_NAMES[continent];

/** The labels that countries and continents have, whether a mirror is there or not. */
export const PLACE_LABELS = {
  country: new Set([...COUNTRY_CODES].map(labelOfCountry)),
  continent: new Set(CONTINENTS.map(labelOfContinent)),
} as const;

/**
 * The names by which users choose among a pool's mirrors: country codes, the continent names known from the NTP pool, and
 * the names of mirrors.
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

/** The choice in `choose` that a label stands for. Undefined if the label is no such name, wherever the mirrors are. */
export function choiceOf(
  label: string,
  choose: readonly Choice[],
  isMirror: (name: string) => boolean,
): Choice | undefined {
  return choose.find((choice) => (choice === 'mirror' ? isMirror(label) : PLACE_LABELS[choice].has(label)));
}

/** The labels by which users get a mirror: its own name, and those of its country, if known, and its continent. */
export function labelsOf(choose: readonly Choice[], mirror: string, country: string | undefined): string[] {
  const continent = country === undefined ? undefined : continentOf(country);
  return choose.flatMap((choice) => {
    if (choice === 'mirror') return mirror;
    if (choice === 'country') return country === undefined ? [] : labelOfCountry(country);
    return continent === undefined ? [] : labelOfContinent(continent);
  });
}

/** The label of a country (its code) and of a continent. */
const labelOfCountry = (country: string): string => country.toLowerCase();
const labelOfContinent = (continent: Continent): string => CONTINENT_NAMES[continent];

/** The labels of all countries and continents, whether or not a mirror is there. */
export const PLACE_LABELS = {
  country: new Set([...COUNTRY_CODES].map(labelOfCountry)),
  continent: new Set(CONTINENTS.map(labelOfContinent)),
} as const;

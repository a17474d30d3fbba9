/** What a zone does not say itself, where a test is about nothing of it. */
import type { Surroundings } from '../../../src/zone/warnings/warning.js';

export const SURROUNDINGS: Surroundings = {
  now: Date.UTC(2027, 0),
  zones: [],
  hasAsns: () => true,
  subdivisions: () => new Set(['US-TX', 'US-CA']),
  countryOf: ({ location }) => location.country,
  straysTo: () => undefined,
  isSwapped: () => false,
};

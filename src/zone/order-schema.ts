/**
 * The keys of an order: lists of mirrors, by the clients that they are for. The clients are given as keys, which a schema
 * does not read; orders.ts does that.
 */
import * as z from 'zod';
import { CONTINENTS } from '../platform/continents.js';
import { COUNTRY_CODES } from '../platform/countries.js';

const list = z
  .array(z.union([z.string(), z.array(z.string())]))
  .describe(
    'Names of mirrors or globs, the first is asked first; a list in the list: equals, shared by weight.',
  );

const lists = (propertyNames: { readonly enum: readonly string[] } | { readonly pattern: string }) =>
  z.record(z.string(), list).optional().meta({ propertyNames });

export const orderSchema = z.strictObject({
  default: list.optional().describe('For clients for whom there is no other list.'),
  continents: lists({ enum: CONTINENTS }).describe('By continent: AF, AN, AS, EU, NA, OC or SA.'),
  countries: lists({ enum: [...COUNTRY_CODES].sort() }).describe('By country: ISO 3166-1 alpha-2.'),
  subdivisions: lists({ pattern: '^[A-Z]{2}-[0-9A-Z]{1,3}$' }).describe(
    'By state, province or the like: ISO 3166-2 such as US-TX. Needs a City database.',
  ),
  asn: lists({ pattern: '^[1-9][0-9]*$' }).describe('By autonomous system.'),
  networks: z.record(z.string(), list).optional().describe('By network; of several, the longest counts.'),
});

export type OrderDraft = z.output<typeof orderSchema>;
export type OrderListDraft = z.output<typeof list>;

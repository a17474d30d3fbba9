/**
 * The rules by which an operator keeps clients away from mirrors. A mirror may have rules, and a pool may have rules for
 * all of its mirrors. A client must be admitted by both.
 */
import * as z from 'zod';
import { COUNTRY_CODES } from '../platform/countries.js';
import { readNetwork } from './addresses.js';
import { checkRepeats } from './check-repeats.js';
import { readCountry } from './countries.js';
import type { FaultList } from './faults.js';
import { meaningful, whole } from './fields.js';
import type { ClientRules } from './model.js';
import type { Path } from './tree.js';

export const MAX_ASN = 4_294_967_295;

export const country = meaningful(readCountry).meta({ enum: [...COUNTRY_CODES].sort() });
export const network = meaningful(readNetwork);
export const asNumber = whole('AS number', 1, MAX_ASN);

const nobody = (key: string) => ({ error: `"${key}" is empty, so nobody would be admitted: leave it out` });
const empty = (key: string) => ({ error: `"${key}" is empty: leave it out` });

export const RULE_KEYS = {
  only_countries: z
    .array(country)
    .min(1, nobody('only_countries'))
    .optional()
    .describe('Only clients in these countries are sent here.'),
  except_countries: z
    .array(country)
    .min(1, empty('except_countries'))
    .optional()
    .describe('Clients in these countries are not sent here.'),
  only_asn: z
    .array(asNumber)
    .min(1, nobody('only_asn'))
    .optional()
    .describe('Only clients in these autonomous systems are sent here.'),
  except_asn: z
    .array(asNumber)
    .min(1, empty('except_asn'))
    .optional()
    .describe('Clients in these autonomous systems are not sent here.'),
  only_networks: z
    .array(network)
    .min(1, nobody('only_networks'))
    .optional()
    .describe('Private: only clients in these networks ever see it.'),
  except_networks: z
    .array(network)
    .min(1, empty('except_networks'))
    .optional()
    .describe('Clients in these networks are not sent here.'),
};

type RulesDraft = z.output<z.ZodObject<typeof RULE_KEYS>>;

const KEYS = z.object(RULE_KEYS).keyof().options;

/** Reports rules of the mirror or pool at `path` that exclude one another, and repeated items. */
export function checkClientRules(path: Path, draft: RulesDraft, faults: FaultList): void {
  for (const of of ['countries', 'asn']) {
    const [only, except] = [`only_${of}`, `except_${of}`];
    if (!faults.has([...path, only]) || !faults.has([...path, except])) continue;
    faults.atKey([...path, except], `"${except}" beside "${only}": write only one of them`);
  }
  for (const key of KEYS) {
    const items = draft[key]?.map((item) => (typeof item === 'object' ? item.text : item));
    checkRepeats([...path, key], items, faults);
  }
}

/** The rules that the file states. */
export function clientRulesOf(draft: RulesDraft): ClientRules {
  const { only_countries, except_countries, only_asn, except_asn, only_networks, except_networks } = draft;
  return {
    ...(only_countries !== undefined && { onlyCountries: only_countries }),
    ...(except_countries !== undefined && { exceptCountries: except_countries }),
    ...(only_asn !== undefined && { onlyAsn: only_asn }),
    ...(except_asn !== undefined && { exceptAsn: except_asn }),
    ...(only_networks !== undefined && { onlyNetworks: only_networks }),
    ...(except_networks !== undefined && { exceptNetworks: except_networks }),
  };
}

/**
 * Clients that a pool refuses, for example because of export rules, and what they are told.
 */
import * as z from 'zod';
import { checkRepeats } from './check-repeats.js';
import { asNumber, country, network } from './client-rules.js';
import type { FaultList } from './faults.js';
import { meaningful } from './fields.js';
import type { Pool } from './model.js';
import { isWithin } from './names.js';
import type { RecordContext } from './record-context.js';
import type { TextFault } from './text-fault.js';
import type { Path } from './tree.js';

/** A text of this length fits into nearly every UDP answer; it is left out where it does not (src/answer/finish.ts). */
const MOST_OCTETS = 120;

function readText(text: string): string | TextFault {
  const octets = Buffer.byteLength(text);
  if (octets > MOST_OCTETS) return { fault: `the text takes ${octets} octets, the most is ${MOST_OCTETS}` };
  if (/\p{Cc}/u.test(text))
    return { fault: 'the text has control characters, such as line ends: leave them out' };
  return text;
}

export const refuseSchema = z.strictObject({
  countries: z.array(country).default([]).describe('Clients in these countries are refused.'),
  asn: z.array(asNumber).default([]).describe('Clients in these autonomous systems are refused.'),
  networks: z.array(network).default([]).describe('Clients in these networks are refused.'),
  rcode: z
    .enum(['refused', 'nxdomain', 'nodata'])
    .default('nodata')
    .describe('REFUSED; that the name does not exist; or that it has no address.'),
  text: meaningful(readText)
    .default('')
    .describe('What resolvers are told of it, as an extended error: at most 120 octets.'),
});

type RefuseDraft = z.output<typeof refuseSchema>;

/** Reports faults of the refusal at `path`. */
export function checkRefuse(path: Path, refuse: RefuseDraft | undefined, faults: FaultList): void {
  if (refuse === undefined) return;
  const { countries, asn, networks } = refuse;
  const lists = { countries, asn, networks: networks.map(({ text }) => text) };
  for (const [key, items] of Object.entries(lists)) checkRepeats([...path, key], items, faults);
  const isFaulty = Object.keys(lists).some((key) => faults.isFaulty([...path, key]));
  if (isFaulty || Object.values(lists).some((items) => items.length > 0)) return;
  faults.atKey(path, '"refuse" names nobody: list "countries", "asn" or "networks", or leave it out');
}

/**
 * Reports a refusal by NXDOMAIN that would deny existing names. By RFC 8020 §2, NXDOMAIN means that the name has no record
 * of any type and that nothing is below it. Names of choices below the pool are allowed: they refuse the same clients.
 */
export function checkDeniedNames(
  { zone, pools: owned, owners, reflect }: RecordContext & { readonly reflect?: string },
  pools: readonly Pool[],
  faults: FaultList,
): void {
  const held = [
    ...[...owners, ...owned].map(({ owner }) => owner),
    ...(reflect === undefined ? [] : [reflect]),
  ];
  for (const { name, owner, refuse } of pools) {
    if (refuse?.rcode !== 'nxdomain') continue;
    const denied =
      owner === zone
        ? `${owner} with its SOA and NS records`
        : (held.find((other) => other !== owner && isWithin(other, owner)) ??
          owners.find((other) => other.owner === owner)?.owner);
    if (denied === undefined) continue;
    const message = `nxdomain would deny ${denied}: write refused or nodata, or give the pool a name of its own`;
    faults.atValue(['pools', name, 'refuse', 'rcode'], message);
  }
}

/**
 * The schema of `records`: for each owner name a mapping from record types to data. Each type takes one value or a list;
 * MX, SRV and CAA are taken as text or as mappings.
 */
import * as z from 'zod';
import type { Family } from '../facts.js';
import { readAddressOf } from './addresses.js';
import { meaningful, oneOrMore, whole } from './fields.js';
import type { RecordData } from './model.js';
import { readServiceTarget } from './names.js';
import { readCaa, readCaaTag, readMx, readRaw, readSrv, readTargetOf, readTxt } from './record-text.js';
import { RAW_TYPES, TYPE_PATTERN } from './record-types.js';
import { isTextFault, type TextFault } from './text-fault.js';

/** Seconds; 31 bits (RFC 2181 §8). */
export const MAX_TTL = 2_147_483_647;
export const DEFAULT_RECORD_TTL = 3600;

const u16 = (label: string) => whole(label, 0, 65_535);

function addressData(type: 'A' | 'AAAA', family: Family) {
  const read = readAddressOf(family);
  const data = meaningful((text): RecordData | TextFault => {
    const address = read(text);
    return isTextFault(address) ? address : { type, address };
  });
  return data.meta({ format: family });
}

const mx = z.union([
  meaningful(readMx),
  z
    .strictObject({ preference: u16('preference'), exchange: meaningful(readServiceTarget) })
    .transform((mapping): RecordData => ({ type: 'MX', ...mapping })),
]);

const srv = z.union([
  meaningful(readSrv),
  z
    .strictObject({
      priority: u16('priority'),
      weight: u16('weight'),
      port: u16('port'),
      target: meaningful(readServiceTarget),
    })
    .transform((mapping): RecordData => ({ type: 'SRV', ...mapping })),
]);

const caa = z.union([
  meaningful(readCaa),
  z
    .strictObject({
      flags: whole('flags', 0, 255).default(0),
      tag: meaningful(readCaaTag),
      value: z.string(),
    })
    .transform((mapping): RecordData => ({ type: 'CAA', ...mapping })),
]);

/** Data of any other type. */
const raw = meaningful(readRaw).meta({
  pattern: '^\\s*\\\\#\\s+[0-9]{1,5}[0-9A-Fa-f\\s]*$',
  description: 'Bytes as RFC 3597 has them: \\# LENGTH HEX.',
});

/** The records of one owner name. Keys that are no known type have been refused before: they are read as bytes. */
export const ownerRecords = z
  .object({
    ttl: whole('ttl', 0, MAX_TTL)
      .default(DEFAULT_RECORD_TTL)
      .describe('Seconds that resolvers may keep these records.'),
    A: oneOrMore(addressData('A', 'ipv4')).optional().describe('IPv4 addresses.'),
    AAAA: oneOrMore(addressData('AAAA', 'ipv6')).optional().describe('IPv6 addresses.'),
    CAA: oneOrMore(caa).optional().describe('Who may issue certificates: 0 issue "ca.example.net".'),
    CNAME: oneOrMore(meaningful(readTargetOf('CNAME')))
      .optional()
      .describe('The absolute name that this one is an alias of; nothing else may stand beside it.'),
    MX: oneOrMore(mx).optional().describe('Mail servers: 10 mail.example.org, the name absolute.'),
    PTR: oneOrMore(meaningful(readTargetOf('PTR')))
      .optional()
      .describe('Absolute names.'),
    SRV: oneOrMore(srv).optional().describe('PRIORITY WEIGHT PORT TARGET, the target absolute.'),
    TXT: oneOrMore(meaningful(readTxt))
      .optional()
      .describe('Text, each item one record; cut into strings of 255 octets as needed.'),
  })
  .catchall(oneOrMore(raw));

/** Adds to the JSON Schema of `ownerRecords` the types that are written as bytes, and refuses all other keys. */
export function nameRawTypes(jsonSchema: z.core.JSONSchema.BaseSchema): void {
  const bytes = jsonSchema.additionalProperties;
  if (typeof bytes !== 'object') return;
  for (const [name, number] of Object.entries(RAW_TYPES)) {
    jsonSchema.properties = {
      ...jsonSchema.properties,
      [name]: { ...bytes, description: `Type ${number}, as bytes.` },
    };
  }
  jsonSchema.patternProperties = { [TYPE_PATTERN]: bytes };
  jsonSchema.additionalProperties = false;
}

/**
 * The schema of `records`: for each owner name a mapping from record types to data, one value or a list for each type.
 */
import * as z from 'zod';
import { meaningful, oneOrMore, whole } from './fields.js';
import { RECORD_FORMS } from './record-forms.js';
import { type RecordData, readRaw } from './record-text.js';
import { RAW_TYPES, TYPE_PATTERN } from './record-types.js';

/** Seconds; 31 bits (RFC 2181 §8). */
export const MAX_TTL = 2_147_483_647;
export const DEFAULT_RECORD_TTL = 3600;

/** Data of any other type. */
const raw = meaningful(readRaw).meta({
  pattern: '^\\s*\\\\#\\s+[0-9]{1,5}[0-9A-Fa-f\\s]*$',
  description: 'Bytes as RFC 3597 has them: \\# LENGTH HEX.',
});

const forms = Object.fromEntries(
  Object.entries(RECORD_FORMS).map(([type, { form, description }]) => [
    type,
    oneOrMore<z.ZodType<RecordData>>(form).optional().describe(description),
  ]),
);

/** The records of one owner name. Unknown types have been refused before; other keys are read as bytes. */
export const ownerRecords = z
  .object({
    ttl: whole('ttl', 0, MAX_TTL)
      .default(DEFAULT_RECORD_TTL)
      .describe('Seconds that resolvers may keep these records.'),
    ...forms,
  })
  .catchall(oneOrMore(raw));

/** Adds the types that are written as bytes to the JSON Schema of `ownerRecords`, and refuses all other keys. */
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

/**
 * Keys that begin with "x-" belong to the operator: values with anchors for aliases, ticket numbers, data for other
 * programs. They are allowed wherever keys are not names that the operator chooses, and geopool ignores them.
 */
import type * as z from 'zod';

const PREFIX = 'x-';

export function isOperatorKey(key: string): boolean {
  return key.startsWith(PREFIX);
}

/** Allows them in the JSON Schema of a mapping that takes only its own keys. */
export function allowOperatorKeys(jsonSchema: z.core.JSONSchema.BaseSchema): void {
  if (jsonSchema.additionalProperties !== false) return;
  jsonSchema.patternProperties = { ...jsonSchema.patternProperties, [`^${PREFIX}`]: {} };
}

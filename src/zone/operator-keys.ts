/**
 * Keys that begin with "x-" are the operator's: values with anchors for aliases elsewhere, numbers of tickets, whatever other
 * programs read. They may stand wherever keys are not names of the operator's own choice, and nothing looks at them.
 */
import type * as z from 'zod';

const PREFIX = 'x-';

export function isOperatorKey(key: string): boolean {
  return key.startsWith(PREFIX);
}

/** Lets them into the JSON Schema of a mapping that takes no other keys than its own. */
export function allowOperatorKeys(jsonSchema: z.core.JSONSchema.BaseSchema): void {
  if (jsonSchema.additionalProperties !== false) return;
  jsonSchema.patternProperties = { ...jsonSchema.patternProperties, [`^${PREFIX}`]: {} };
}

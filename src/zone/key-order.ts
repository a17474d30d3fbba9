/**
 * The order of keys in a zone file that geopool writes. It is that of the schema, so a new key gets its place there. Names
 * that the operator chooses (pools, mirrors, owner names) stay in the operator's order.
 */
import type * as z from 'zod';

type Schema = z.core.JSONSchema.BaseSchema;

/** What is known of the keys of a mapping and of the levels below. */
export interface KeyOrder {
  /** Its known keys in order; none if its keys are names. */
  readonly keys: readonly string[];
  /** The same for the value of a key. */
  below(key: string): KeyOrder;
  /** The same for the items of a list. */
  readonly items: () => KeyOrder;
}

/** The order of keys in what a JSON Schema describes. */
export function keyOrderOf(schema: Schema | undefined): KeyOrder {
  const forms = formsOf(schema);
  return {
    keys: forms.flatMap(({ properties = {} }) => Object.keys(properties)),
    below: (key) =>
      keyOrderOf(
        firstOf(forms, ({ properties, additionalProperties }) => properties?.[key] ?? additionalProperties),
      ),
    items: () => keyOrderOf(firstOf(forms, ({ items }) => (Array.isArray(items) ? undefined : items))),
  };
}

/** The schema and its alternatives, if any: a record's data may be one value, a mapping or a list. */
function formsOf(schema: Schema | undefined): readonly Schema[] {
  if (schema === undefined) return [];
  return [schema, ...(schema.anyOf ?? []).flatMap((one) => (typeof one === 'object' ? formsOf(one) : []))];
}

function firstOf(
  forms: readonly Schema[],
  take: (form: Schema) => Schema | boolean | undefined,
): Schema | undefined {
  for (const form of forms) {
    const found = take(form);
    if (typeof found === 'object') return found;
  }
  return undefined;
}

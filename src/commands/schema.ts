/**
 * The verb `schema`: the JSON Schema of a zone file, for editors.
 */
import { zoneJsonSchema } from '../zone/schema.js';

export async function schema(): Promise<number> {
  process.stdout.write(`${JSON.stringify(zoneJsonSchema(), null, 2)}\n`);
  return 0;
}

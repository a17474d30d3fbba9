/**
 * The verb `schema`: the JSON Schema of a zone file, for editors.
 */
import { zoneJsonSchema } from '../zone/schema.js';
import { print } from './output.js';

export async function schema(): Promise<number> {
  print(...JSON.stringify(zoneJsonSchema(), null, 2).split('\n'));
  return 0;
}

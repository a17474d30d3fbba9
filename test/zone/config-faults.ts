import { GeopoolError } from '../../src/platform/errors.js';
import { parseServerConfig } from '../../src/zone/server-config.js';

/** What is said of a text of geopool.yaml, line by line; nothing where it is sound. */
export function configFaults(text: string): readonly string[] {
  try {
    parseServerConfig(text, 'geopool.yaml');
  } catch (error) {
    if (error instanceof GeopoolError && error.code === 'CONFIG_INVALID') return error.details;
    throw error;
  }
  return [];
}

/**
 * The program's version, from its package.json: two or three folders above this file, in a checkout as in an installed
 * package.
 */
import { createRequire } from 'node:module';
import { codeOf } from './errors.js';

export const VERSION = readVersion();

function readVersion(): string {
  const require = createRequire(import.meta.url);
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version }: { name?: unknown; version?: unknown } = require(path);
      if (name === 'geopool' && typeof version === 'string') return version;
    } catch (error) {
      if (codeOf(error) !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return 'unknown';
}

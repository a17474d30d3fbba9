/**
 * Zone files as arguments of a verb. A directory of them goes to the option --zones, which the error message names.
 */
import { statSync } from 'node:fs';
import { GeopoolError } from '../platform/errors.js';

/** Throws USAGE if one of them is a directory. */
export function refuseDirectories(verb: string, files: readonly string[]): void {
  const directory = files.find(isDirectory);
  if (directory === undefined) return;
  throw new GeopoolError(
    'USAGE',
    `${directory}: this is a directory: for all files in it, geopool ${verb} --zones ${directory}`,
  );
}

/** What can't be looked at is left to the code that reads it, and says why it can't. */
function isDirectory(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Where tests find databases that are not the project's own: MaxMind's test files, which lie beside the project where
 * somebody put them there. Tests that need one skip without it.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const DIRECTORY = resolve(process.cwd(), '../shared/maxmind-db');

/** The path of one of MaxMind's test databases (or its JSON); undefined where it is missing. */
export function sharedDatabase(name: string): string | undefined {
  const path = join(DIRECTORY, name);
  return existsSync(path) ? path : undefined;
}

/** The paths of all databases that are bad on purpose; none where they are missing. */
export function badDatabases(): string[] {
  const directory = join(DIRECTORY, 'bad-data');
  return existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [];
}

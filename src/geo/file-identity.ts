/**
 * Whether a file is still the same one, without reading it.
 */
import { statSync } from 'node:fs';

/** What changes when the file at a path does; empty where there is none, or none to be looked at. */
export function identityOf(path: string): string {
  try {
    const { dev, ino, size, mtimeMs } = statSync(path);
    return `${dev} ${ino} ${size} ${mtimeMs}`;
  } catch {
    return '';
  }
}

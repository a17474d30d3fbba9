/**
 * Tells whether a file is still the same one, without reading it.
 */
import { statSync } from 'node:fs';

/** A text that changes when the file at a path does; empty if there is none, or it cannot be accessed. */
export function identityOf(path: string): string {
  try {
    const { dev, ino, size, mtimeMs } = statSync(path);
    return `${dev} ${ino} ${size} ${mtimeMs}`;
  } catch {
    return '';
  }
}

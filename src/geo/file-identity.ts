/**
 * Tells whether a file is still the same one, without reading it.
 */
import { statSync } from 'node:fs';

/**
 * A text that changes when the file at a path does; empty if there is none, or it cannot be accessed. It is stored, so the
 * number of the device is not in it: that may be another one each time when the file system is mounted.
 */
export function identityOf(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return '';
  }
}

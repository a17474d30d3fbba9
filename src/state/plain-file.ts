/**
 * Reading what should be a file. Something else may lie in its place: opening a FIFO waits for somebody to write, a device
 * need not have an end, and neither has a file that filled the disk. So nothing is opened that is not a plain file of a
 * size that makes sense for what it should hold.
 */
import { closeSync, constants, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/** Should a FIFO come between looking and opening, nobody waits for it. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

/** Opens the file for reading. Rejects with the system's error, or where it is none or has more than `most` octets. */
export async function openPlain(path: string, most: number): Promise<FileHandle> {
  refuseOdd(await stat(path), most);
  return open(path, READ);
}

/** All of the file; rejects as `openPlain` does. */
export async function readPlain(path: string, most: number): Promise<Buffer> {
  const file = await openPlain(path, most);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** The same in calls that block: for verbs and workers, not for the main thread of a server. */
export function openPlainSync(path: string, most: number): { readonly file: number; readonly size: number } {
  const stat = statSync(path);
  refuseOdd(stat, most);
  return { file: openSync(path, READ), size: stat.size };
}

export function readPlainSync(path: string, most: number): Buffer {
  const { file } = openPlainSync(path, most);
  try {
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function refuseOdd(stat: Stats, most: number): void {
  if (!stat.isFile()) throw new Error('this is not a file');
  if (stat.size > most) throw new Error(`it is larger than ${Math.floor(most / 2 ** 20)} MiB`);
}

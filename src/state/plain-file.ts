/**
 * Reads what should be a plain file. Something else may be in its place: opening a FIFO waits for a writer, a device may have
 * no end, and a file may have filled the disk. So only a plain file of a size that makes sense for its content is opened.
 */
import { closeSync, constants, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

/** If a FIFO appears between the check and the opening, the process does not wait for a writer. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

/** Opens the file for reading. Rejects with the system's error, or if it is no plain file or has more than `most` octets. */
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

/** The same with blocking calls: for verbs and workers, not for a server's main thread. */
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

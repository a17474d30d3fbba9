/**
 * The last good copies of zone files, kept for the next start. From them it knows what to serve instead of a wrong file,
 * and which file a zone was served from.
 */
import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describeError } from '../platform/errors.js';
import { ensureChildSync } from '../state/durable-file.js';
import { writeAllDurablySync } from '../state/durable-files.js';
import { readText, ZONE_FILE, type ZoneFiles } from './zone-files.js';

/** The temporary files that `writeAllDurablySync` writes beside a zone file. */
const UNFINISHED = /^\..*\.ya?ml\.\d+\.tmp$/;

/**
 * Keeps copies of what is served now, for `loadZoneDirectory` to fall back to, and removes copies of other files. A copy
 * is replaced in one step, and only if it differs. If one copy can't be written, the others are still kept, and the
 * function throws. It also throws if the directory can't be written, or if zone files are read from it: removing a copy
 * there would remove an operator's file.
 */
export function keepGood(directory: string, { loaded, refused }: ZoneFiles): void {
  ensureChildSync(directory);
  const here = realpathSync(directory);
  if (loaded.some(({ file }) => existsSync(file) && realpathSync(dirname(file)) === here)) {
    throw new Error('zone files are read from there; name another state directory');
  }
  const kept = new Set(
    readdirSync(directory).filter((name) => ZONE_FILE.test(name) || UNFINISHED.test(name)),
  );
  const faults: string[] = [];
  const wanted = new Map<string, string>();
  for (const { file, text } of loaded) {
    const name = basename(file);
    const path = join(directory, name);
    const read = kept.delete(name) ? readText(path) : undefined;
    if (read === undefined || !('text' in read) || read.text !== text) wanted.set(path, text);
  }
  writeAllDurablySync(wanted, (error) => faults.push(describeError(error)));
  // The copy of a refused file is kept too: the file may become readable, or acceptable, later.
  for (const { file } of refused) kept.delete(basename(file));
  // What remains are copies of files that are gone, and temporary files of processes that were killed.
  for (const name of kept) {
    try {
      rmSync(join(directory, name), { force: true });
    } catch (error) {
      faults.push(describeError(error));
    }
  }
  if (faults.length > 0) throw new Error(faults.join('; '));
}

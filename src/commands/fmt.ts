/**
 * The verb `fmt`: rewrites zone files in their canonical form, or with `--check` lists those that are not in it.
 */
import { realpathSync } from 'node:fs';
import { describeError } from '../platform/errors.js';
import { rewriteDurablySync } from '../state/durable-file.js';
import { formatZone } from '../zone/canonical-yaml.js';
import { faultOfFile, formatFault } from '../zone/faults.js';
import { readText, zoneFilesIn } from '../zone/zone-files.js';
import { print, printError } from './output.js';
import { readSettings, type SettingFlags } from './settings.js';
import { refuseDirectories } from './zone-arguments.js';

export interface FormatFlags extends SettingFlags {
  /** Nothing is written. */
  readonly check?: boolean;
}

/** Lists the files that it changes, or would. Returns 1 if it would, or if one can't be read, formatted or written. */
export async function fmt(files: readonly string[], flags: FormatFlags): Promise<number> {
  refuseDirectories('fmt', files);
  const wanted = files.length > 0 ? files : zoneFilesIn(readSettings(flags).zones);
  const left = wanted.filter((file) => !settle(file, flags.check === true));
  return left.length === 0 ? 0 : 1;
}

/** Whether the file is in its canonical form afterwards. Prints its name if it was not, or why it can't be formatted. */
function settle(file: string, check: boolean): boolean {
  const read = readText(file);
  if ('fault' in read) {
    const { fault: message, ...at } = read;
    printError(formatFault({ file, ...at, message }));
    return false;
  }
  const made = formatZone(read.text, file);
  if ('faults' in made) {
    printError(...made.faults.map(formatFault));
    return false;
  }
  if (made.text === read.text) return true;
  print(file);
  return !check && rewrite(file, made.text);
}

/** If the file is a link, its target is written. */
function rewrite(file: string, text: string): boolean {
  try {
    rewriteDurablySync(realpathSync(file), text);
    return true;
  } catch (error) {
    printError(formatFault(faultOfFile(file, `the file can't be written: ${describeError(error)}`)));
    return false;
  }
}

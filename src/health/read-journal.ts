/**
 * What the last process left in the state directory. A file that can't be believed, for whatever reason, is set aside as
 * `.bad` for somebody to look at: the program starts without it rather than not at all.
 */
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, describeError } from '../errors.js';
import type { Log } from '../log.js';
import { sweepUnfinished } from '../state/durable-file.js';
import { OVERRIDES_FILE, VERDICTS_FILE } from './journal.js';
import { parseOverrides, parseVerdicts } from './journal-format.js';
import type { Override } from './overrides.js';
import type { StoredVerdict } from './stored-verdict.js';

export interface Stored {
  readonly verdicts: ReadonlyMap<string, StoredVerdict>;
  readonly overrides: readonly Override[];
}

/**
 * Reads the journal in `directory` and clears away what a killed process left unfinished there. For a start, before
 * anything is written. Never rejects: what is missing is empty, what can't be read is logged and empty.
 */
export async function readJournal(directory: string, log: Log): Promise<Stored> {
  const verdicts = await readState(join(directory, VERDICTS_FILE), parseVerdicts, log);
  const overrides = await readState(join(directory, OVERRIDES_FILE), parseOverrides, log);
  return { verdicts: verdicts ?? new Map(), overrides: overrides ?? [] };
}

async function readState<T>(path: string, parse: (text: string) => T, log: Log): Promise<T | undefined> {
  const text = await readText(path, log);
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch (error) {
    await setAside(path, describeError(error), log);
    return undefined;
  }
}

async function readText(path: string, log: Log): Promise<string | undefined> {
  await sweepUnfinished(path).catch((error: unknown) => {
    const why = describeError(error);
    log.warn(
      { event: 'state-sweep-failed', path, error: why },
      `leftovers beside ${path} can't be removed (${why})`,
    );
  });
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    const why = describeError(error);
    log.warn(
      { event: 'state-read-failed', path, error: why },
      `${path} can't be read (${why}): started without it`,
    );
    return undefined;
  }
}

async function setAside(path: string, fault: string, log: Log): Promise<void> {
  const aside = `${path}.bad`;
  const moved = await rename(path, aside).then(
    () => `kept as ${aside}`,
    (error: unknown) => `and can't be renamed (${describeError(error)})`,
  );
  log.warn(
    { event: 'state-file-set-aside', path, error: fault },
    `${path} is not what this version writes (${fault}): started without it, ${moved}`,
  );
}

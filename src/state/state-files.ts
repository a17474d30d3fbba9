/**
 * The files of a directory that outlive the process, and one policy for all of them. A file that can't be read is never
 * overwritten: it may be readable again tomorrow. One that is damaged, or of a newer version, is set aside as `.bad`, and its
 * undamaged entries count. If a file can't be written, serving goes on: the failure is counted, logged once, the write is
 * tried again, and its recovery is logged.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../platform/clock.js';
import { codeOf, describeError, GeopoolError } from '../platform/errors.js';
import type { Log } from '../platform/log.js';
import { ensureDirectory, sweepUnfinished, writeDurably } from './durable-file.js';
import { inPieces } from './in-pieces.js';
import { readPlain } from './plain-file.js';
import { parseState, type StateKind, stateLines } from './state-kind.js';
import { createWriteBehind, type WriteBehind } from './write-behind.js';

export interface StateFiles {
  readonly directory: string;
  /** The files of a directory below this one, with a common count of failures and under the same lock. */
  below(name: string): StateFiles;
  /** What the previous process left in a file. Never rejects: a missing file is empty, and what is wrong is logged. */
  read<Entry extends object>(kind: StateKind<Entry>): Promise<readonly Entry[]>;
  /** From now on the file follows `entries`, which is called whenever the file is written. */
  keep<Entry extends object>(kind: StateKind<Entry>, entries: () => Iterable<Entry>): WriteBehind;
  /** The octets of a file of another format; undefined if there is none or it can't be read. Never rejects. */
  load(name: string, most: number): Promise<Buffer | undefined>;
  /** Keeps a file's octets as `.bad`, and logs why. Never rejects: if it can't, the file stays as it is. */
  setAside(name: string, octets: Buffer, fault: string): Promise<void>;
  /** Replaces a file by a text, or by its pieces. Rejects with STATE_UNUSABLE if it can't. Failed writes are counted. */
  write(name: string, text: string | Iterable<string>): Promise<void>;
  /** Reports how a write without `write` ended; without an error, it succeeded. */
  note(name: string, error?: unknown): void;
  /** Calls `again` whenever what is on disk may be gone and must be written again. */
  follow(again: () => void): void;
  /** Has everything that is kept written again. */
  writeAnew(): void;
  /** Writes that failed so far. */
  failures(): number;
  /** What is wrong with the files now, in words. */
  problems(): readonly string[];
}

export interface StateFilesOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Why nothing may be written now; undefined if it may. */
  readonly forbidden?: () => Promise<string | undefined>;
}

/** A hundred thousand verdicts take less. */
const MOST_OCTETS = 2 ** 26;
/** A burst of changes is one write. */
const DELAY_MS = 500;
const RETRY_MS = 30_000;

export function createStateFiles({ directory: top, clock, log, forbidden }: StateFilesOptions): StateFiles {
  /** Files that must not be overwritten, and why. By path, as the following. */
  const untouchable = new Map<string, string>();
  const aside = new Map<string, string>();
  const failing = new Map<string, string>();
  /** Files that must be written again, since their content was set aside. */
  const stale = new Set<string>();
  const followers: (() => void)[] = [];
  let failures = 0;

  function leave(path: string, problem: string): void {
    const said = `${path} ${problem}: started without it, and nothing is written to it until a start can read it; what is new holds until this server ends, not after`;
    untouchable.set(path, said);
    log.error({ event: 'state-read-failed', path, error: problem }, said);
  }

  function written(path: string): void {
    if (!failing.delete(path) || failing.size > 0) return;
    log.info(
      { event: 'state-write-recovered', directory: top, failures },
      `state is written to ${top} again`,
    );
  }

  function unwritten(path: string, error: unknown): GeopoolError {
    failures++;
    const why = describeError(error);
    const said = `${path} can't be written (${why}): make room, or make the directory writable; what is new holds until this server ends, not after`;
    if (failing.size === 0) log.error({ event: 'state-write-failed', path, error: why }, said);
    failing.set(path, said);
    return new GeopoolError('STATE_UNUSABLE', said, { cause: error });
  }

  /** Why a file must stay as it is. If an operator has removed it, it need not. */
  async function refusal(path: string): Promise<string | undefined> {
    const gone = untouchable.has(path) && (await stat(path).then(() => false, isMissing));
    if (gone) untouchable.delete(path);
    return untouchable.get(path) ?? (await forbidden?.());
  }

  function filesIn(directory: string): StateFiles {
    async function load(name: string, most: number): Promise<Buffer | undefined> {
      const path = join(directory, name);
      // Leftovers of a killed process that can't be removed do no harm.
      await sweepUnfinished(path).catch(() => undefined);
      try {
        const octets = await readPlain(path, most);
        untouchable.delete(path);
        return octets;
      } catch (error) {
        if (!isMissing(error)) leave(path, `can't be read (${describeError(error)})`);
        return undefined;
      }
    }

    async function setAside(name: string, octets: Buffer, fault: string): Promise<void> {
      const path = join(directory, name);
      const bad = `${path}.bad`;
      try {
        await writeDurably(bad, octets);
      } catch (error) {
        leave(path, `can't be used (${fault}), nor can ${bad} be written (${describeError(error)})`);
        return;
      }
      stale.add(path);
      const said = `${path} can't be used as it was (${fault}): what is whole in it counts, all of it is kept as ${bad}`;
      aside.set(path, said);
      log.error({ event: 'state-file-set-aside', path, error: fault }, said);
    }

    async function write(name: string, text: string | Iterable<string>): Promise<void> {
      const path = join(directory, name);
      const reason = await refusal(path);
      if (reason !== undefined) throw new GeopoolError('STATE_UNUSABLE', reason);
      try {
        await ensureDirectory(directory);
        await writeDurably(path, text);
      } catch (error) {
        throw unwritten(path, error);
      }
      written(path);
    }

    return {
      directory,
      below: (name) => filesIn(join(directory, name)),

      async read(kind) {
        const octets = await load(kind.name, MOST_OCTETS);
        if (octets === undefined) return [];
        const { entries, fault } = parseState(kind, octets.toString('utf8'));
        if (fault !== undefined) await setAside(kind.name, octets, fault);
        return entries;
      },

      keep(kind, entries) {
        const file = createWriteBehind({
          clock,
          delayMs: DELAY_MS,
          retryMs: RETRY_MS,
          write: () => write(kind.name, inPieces(stateLines(kind, entries()))),
        });
        if (stale.delete(join(directory, kind.name))) file.mark();
        followers.push(file.mark);
        return file;
      },

      load,
      setAside,
      write,
      note(name, error) {
        if (error === undefined) written(join(directory, name));
        else unwritten(join(directory, name), error);
      },
      follow: (again) => void followers.push(again),
      writeAnew() {
        for (const again of followers) again();
      },
      failures: () => failures,
      problems: () => [...untouchable.values(), ...aside.values(), ...failing.values()],
    };
  }

  return filesIn(top);
}

function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

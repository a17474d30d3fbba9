/**
 * Keeps a history in `history.log`. Each event is appended at once, as one line. When many have been appended, and at each
 * start, a summary is written to a new file, which replaces the old one when it is complete. So a process killed at any
 * moment loses nothing that was written, and half a year fits into a small file.
 */
import { constants } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../platform/clock.js';
import { inSlices } from '../platform/in-slices.js';
import type { Log } from '../platform/log.js';
import { inPieces } from '../state/in-pieces.js';
import { readPlain } from '../state/plain-file.js';
import type { StateFiles } from '../state/state-files.js';
import { createHistory, type History } from './history.js';
import type { EventToRecord, HistoryEvent } from './history-event.js';
import { formatEvent, formatHistory, isHistory, readHistory } from './history-lines.js';

const HISTORY_FILE = 'history.log';
/** The longest text that fits into a string. */
const MOST_OCTETS = constants.MAX_STRING_LENGTH;

/** How often to write that nothing happened: this bounds how much time is unaccounted for after a kill. */
const ALIVE_MS = 300_000;
const RETRY_MS = 30_000;
const APPENDED = 1 << 20;

export interface HistoryFile {
  /** Records what happens now: in memory at once, on disk as soon as possible. */
  record(happening: EventToRecord): void;
  readonly history: History;
  /** The present moment in the history's time. */
  now(): number;
  /** Resolves when everything recorded is on disk, or could not be written. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface HistoryFileOptions {
  /** The state directory's files. */
  readonly files: StateFiles;
  readonly clock: Clock;
  readonly log: Log;
  /** Characters appended before the file is rewritten, but at least the length of the last summary; default 2^20. */
  readonly limit?: number;
}

/** Reads the history in a state directory without watching, as of wall time `now`. Rejects with the system's error. */
export async function rememberedHistory(
  directory: string,
  now: number,
): Promise<{ history: History; damaged: number }> {
  const history = createHistory();
  const octets = await readPlain(join(directory, HISTORY_FILE), MOST_OCTETS);
  const damaged = readHistory(octets.toString('utf8'), history);
  // Addresses count as watched until the last event; from then on it is as if a server had started now.
  history.apply({ type: 'start', at: now });
  return { history, damaged };
}

/** Opens the history of a state directory and writes it from now on. Never rejects: reading errors are logged. */
export async function openHistory(options: HistoryFileOptions): Promise<HistoryFile> {
  const { files, clock, log, limit: least = APPENDED } = options;
  const path = join(files.directory, HISTORY_FILE);
  const history = await readOrEmpty(files, path, log);
  const beginning: HistoryEvent = { type: 'start', at: clock.now() };
  history.apply(beginning);
  const { time } = history;
  const begin = time.now() - clock.steady();
  /** The wall clock's offset as last recorded, and how far it is ahead of the history's time. */
  let set = clock.wallOf(0);
  let shift = time.wallOf(time.now()) - time.now();
  /** Lines that are not on disk yet. */
  let lines: string[] = [formatEvent(beginning)];
  /** Events that occurred while a summary was being made. */
  let held: HistoryEvent[] | undefined;
  let file: FileHandle | undefined;
  let appended = 0;
  let limit = least;
  let failing = false;
  /** The file on disk may be gone: write it again. */
  let anew = false;
  let closed = false;
  let work: Promise<void> | undefined;
  let cancelRetry = (): void => undefined;
  let cancelAlive = clock.after(ALIVE_MS, onAlive);

  function now(): number {
    return begin + clock.steady();
  }

  function record(happening: EventToRecord): void {
    const ms = clock.wallOf(0) - set;
    if (ms !== 0) note({ type: 'set', at: now() + shift, ms });
    set += ms;
    shift += ms;
    note({ ...happening, at: now() + shift });
  }

  function note(event: HistoryEvent): void {
    if (held !== undefined) {
      held.push(event);
      return;
    }
    history.apply(event);
    // After a failed write the next write is a summary, which includes everything that happened.
    if (!failing || work !== undefined) lines.push(formatEvent(event));
    wake();
  }

  function onAlive(): void {
    record({ type: 'alive' });
    cancelAlive = clock.after(ALIVE_MS, onAlive);
  }

  function wake(): void {
    if (!failing) start();
  }

  function start(): void {
    work ??= write().finally(() => {
      work = undefined;
      if (lines.length > 0 || anew) wake();
    });
  }

  async function write(): Promise<void> {
    try {
      while (lines.length > 0 || file === undefined || anew) {
        if (file === undefined || anew || appended > limit) await rewrite();
        else await append(file);
      }
      failing = false;
    } catch {
      // `files` has logged and counted it.
      failing = true;
      lines = [];
      await closeFile();
      if (!closed) cancelRetry = clock.after(RETRY_MS, start);
    }
  }

  async function append(to: FileHandle): Promise<void> {
    const text = lines.join('');
    lines = [];
    try {
      await to.appendFile(text);
      await to.datasync();
    } catch (error) {
      files.note(HISTORY_FILE, error);
      throw error;
    }
    appended += text.length;
  }

  async function rewrite(): Promise<void> {
    lines = [];
    anew = false;
    held = [];
    let summary: readonly string[];
    try {
      summary = await inSlices(collect(inPieces(formatHistory(history, now()))));
    } finally {
      const events = held;
      held = undefined;
      for (const event of events) {
        history.apply(event);
        lines.push(formatEvent(event));
      }
    }
    await files.write(HISTORY_FILE, summary);
    await closeFile();
    try {
      file = await open(path, 'a');
    } catch (error) {
      files.note(HISTORY_FILE, error);
      throw error;
    }
    appended = 0;
    limit = Math.max(
      least,
      summary.reduce((sum, { length }) => sum + length, 0),
    );
  }

  async function closeFile(): Promise<void> {
    const closing = file;
    file = undefined;
    // If closing fails too, the file is given up: what counts was synced before.
    await closing?.close().catch(() => undefined);
  }

  async function settled(): Promise<void> {
    while (work !== undefined) await work;
  }

  files.follow(() => {
    anew = true;
    cancelRetry();
    start();
  });
  wake();
  return {
    record,
    history,
    now,
    settled,
    async close() {
      closed = true;
      cancelAlive();
      cancelRetry();
      record({ type: 'alive' });
      await settled();
      await closeFile();
    },
  };
}

/** Collects all items, with a pause after each: the main thread also has probes to run. */
function* collect<T>(all: Iterable<T>): Generator<void, T[]> {
  const collected: T[] = [];
  for (const one of all) {
    collected.push(one);
    yield;
  }
  return collected;
}

async function readOrEmpty(files: StateFiles, path: string, log: Log): Promise<History> {
  const history = createHistory();
  const octets = await files.load(HISTORY_FILE, MOST_OCTETS);
  if (octets === undefined) return history;
  const text = octets.toString('utf8');
  if (!isHistory(text)) {
    await files.setAside(HISTORY_FILE, octets, 'it is damaged, or of another version');
    return history;
  }
  const damaged = readHistory(text, history);
  if (damaged > 0) {
    log.warn(
      { event: 'history-damaged', path, lines: damaged },
      `${path}: ${damaged} ${damaged === 1 ? 'line is' : 'lines are'} not whole and left out`,
    );
  }
  return history;
}

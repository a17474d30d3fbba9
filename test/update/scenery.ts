/**
 * What most tests of this room need around them: a scratch directory, a log that keeps its lines, and a clock on which
 * waits pass at once while real sockets do their work.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { Clock } from '../../src/platform/clock.js';
import type { Log, LogFields } from '../../src/platform/log.js';
import { createStateFiles, type StateFiles } from '../../src/state/state-files.js';
import { formatState } from '../../src/state/state-kind.js';
import { entriesOf, LEDGER, type Ledger, ledgerOf } from '../../src/update/ledger.js';
import type { FetchLimits } from '../../src/update/protocol.js';
import { createFakeClock } from '../fake-clock.js';

/** Deadlines that no test reaches by chance. */
export const PATIENT: FetchLimits = { idleMs: 1e9, overallMs: 1e9, maxBytes: 64 * 1024 * 1024 };

export async function scratch(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'geopool-update-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export interface HastyClock extends Clock {
  /** Every wait that was asked for, deadlines aside, in milliseconds. */
  readonly waits: readonly number[];
}

/** Waits end at once and move the time by their length; deadlines of `PATIENT` never pass. */
export function hastyClock(start = Date.UTC(2026, 0, 7, 12)): HastyClock {
  const waits: number[] = [];
  let passed = 0;
  return {
    waits,
    now: () => start + passed,
    steady: () => start + passed,
    wallOf: (moment) => moment,
    monotonic: () => 777 + passed,
    after(ms, run) {
      if (ms >= PATIENT.idleMs) return () => undefined;
      waits.push(ms);
      const handle = setImmediate(() => {
        passed += ms;
        run();
      });
      return () => clearImmediate(handle);
    },
  };
}

export interface Line {
  readonly level: keyof Log;
  readonly fields: LogFields;
  readonly message: string;
}

export interface KeptLog extends Log {
  readonly lines: readonly Line[];
  events(): string[];
}

export function keptLog(): KeptLog {
  const lines: Line[] = [];
  const keep = (level: keyof Log) => (fields: LogFields, message: string) => {
    lines.push({ level, fields, message });
  };
  return {
    lines,
    events: () => lines.map((line) => line.fields.event),
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
  };
}

/** `size` bytes that are the same for the same seed and do not compress well. */
export function bytesOf(seed: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let x = seed | 1;
  for (let i = 0; i < size; i++) {
    x = (Math.imul(x, 1103515245) + 12345) | 0;
    bytes[i] = x >>> 16;
  }
  return bytes;
}

/** Resolves once `ready` says so; looks at each turn of the event loop, so that there is no time to choose. */
export async function until(ready: () => boolean): Promise<void> {
  while (!ready()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** The file of a ledger. */
export function ledgerText(ledger: Ledger): string {
  return formatState(LEDGER, entriesOf(ledger));
}

export function filesIn(directory: string): StateFiles {
  return createStateFiles({ directory, clock: createFakeClock(), log: keptLog() });
}

/** The downloads that a ledger in a directory counts. */
export async function downloadsIn(directory: string): Promise<number> {
  return ledgerOf(await filesIn(directory).read(LEDGER)).downloads.length;
}

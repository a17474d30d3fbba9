/**
 * The updater as used by the daemon and `geo update`: it can be started, told to update now, asked for its status, and
 * stopped. Runs never overlap: a request during a run gets that run's results.
 *
 *   timetable ─┐                  ┌─ fetch ── verify ── swap ── serve   (for each edition)
 *   updateNow ─┴─▶ one run ─ lock ┤
 *                                 └─ ledger (updates.json)
 */
import { access } from 'node:fs/promises';
import type { Clock } from '../platform/clock.js';
import type { Log } from '../platform/log.js';
import type { Random } from '../platform/random.js';
import type { StateFiles } from '../state/state-files.js';
import { UpdateFault } from './fault.js';
import { ledgerFile } from './ledger-file.js';
import { FETCH_LIMITS, type FetchLimits } from './protocol.js';
import { RETRY_POLICY, type RetryPolicy } from './retry.js';
import { type EditionResult, runOnce } from './run.js';
import { isDue } from './schedule.js';
import type { UpdateSettings } from './settings.js';
import { databasePath, type Serve, type Verify } from './swap.js';
import { startTimetable, type Timetable } from './timetable.js';

export interface UpdaterOptions {
  readonly settings: UpdateSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** The state files in the directory of the databases. */
  readonly files: StateFiles;
  readonly verify: Verify;
  readonly serve: Serve;
  /** The program's version, for the User-Agent. */
  readonly version: string;
  readonly limits?: FetchLimits;
  readonly retryPolicy?: RetryPolicy;
}

/** Times are milliseconds since 1970. */
export interface EditionStatus {
  readonly edition: string;
  readonly lastCheck?: number;
  readonly lastSuccess?: number;
  readonly lastError?: string;
  readonly nextRun?: number;
  /** What the edition waits for at the moment, in words. */
  readonly waiting?: string;
}

export interface Updater {
  /** Reads the ledger and starts the schedule; does not wait for any download. */
  start(): Promise<void>;
  /** Updates all editions without delay; never rejects. */
  updateNow(): Promise<readonly EditionResult[]>;
  status(): readonly EditionStatus[];
  /** Ends the schedule and aborts a download; resolves once no run is active. */
  stop(): Promise<void>;
}

export function createUpdater(options: UpdaterOptions): Updater {
  const { settings, clock, random, log } = options;
  const { directory, editions } = settings;
  const ledger = ledgerFile(options.files, clock);
  const stopping = new AbortController();
  const waiting = new Map<string, string>();
  let timetable: Timetable | undefined;
  let running: Promise<readonly EditionResult[]> | undefined;

  function updateNow(): Promise<readonly EditionResult[]> {
    running ??= keepingAlive(() =>
      runOnce({
        settings,
        clock,
        random,
        log,
        verify: options.verify,
        serve: options.serve,
        userAgent: `geopool/${options.version}`,
        limits: options.limits ?? FETCH_LIMITS,
        retryPolicy: options.retryPolicy ?? RETRY_POLICY,
        ledger,
        onWait(edition, what) {
          if (what === undefined) waiting.delete(edition);
          else waiting.set(edition, what);
        },
        signal: stopping.signal,
      }),
    ).finally(() => {
      running = undefined;
    });
    return running;
  }

  async function anyDue(): Promise<boolean> {
    const records = ledger.current().editions;
    for (const edition of editions) {
      const hasFile = await exists(databasePath(directory, edition));
      if (isDue({ hasFile, lastSuccess: records.get(edition)?.lastSuccess }, clock.now())) return true;
    }
    return false;
  }

  return {
    async start() {
      if (settings.host.startsWith('http:')) {
        log.warn(
          { event: 'update-host-plain', host: settings.host },
          'the update host is plain http: anyone on the way can read the license key',
        );
      }
      await ledger.load();
      const due = await anyDue();
      if (stopping.signal.aborted || timetable !== undefined) return;
      timetable = startTimetable({ expression: settings.schedule, clock, random, log, run: updateNow });
      if (due) timetable.soon();
    },
    updateNow,
    status() {
      const nextRun = timetable?.nextRun();
      return editions.map((edition) => {
        const what = waiting.get(edition);
        return {
          edition,
          ...ledger.current().editions.get(edition),
          ...(nextRun === undefined ? {} : { nextRun }),
          ...(what === undefined ? {} : { waiting: what }),
        };
      });
    },
    async stop() {
      timetable?.stop();
      stopping.abort(new UpdateFault('final', 'the update was stopped'));
      await running;
    },
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * The clock's timers do not keep the process alive. That is right for a server but wrong during a run: while it waits for a
 * retry, `geo update` would exit and leave its lock behind.
 */
async function keepingAlive<T>(work: () => Promise<T>): Promise<T> {
  const alive = setInterval(() => undefined, 60_000);
  try {
    return await work();
  } finally {
    clearInterval(alive);
  }
}

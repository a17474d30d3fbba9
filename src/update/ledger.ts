/**
 * What the updater remembers between runs and across restarts: when each edition was last checked, with what result, and
 * how many downloads the account has had. Without it, a server that restarts in a loop would use up the day's downloads in
 * minutes. Pure; `ledger-file.ts` keeps it on disk.
 */
import * as z from 'zod';
import { DAY_MS, rfc3339 } from '../platform/time.js';
import type { StateKind } from '../state/state-kind.js';

export interface EditionRecord {
  /** Milliseconds since 1970, like all times here. */
  readonly lastCheck: number;
  /** The last successful check, whether or not there was a new database. */
  readonly lastSuccess?: number;
  /** Why the last check failed; absent if it did not. */
  readonly lastError?: string;
}

export interface Ledger {
  readonly editions: ReadonlyMap<string, EditionRecord>;
  /** When the downloads of the last day were requested, including failed ones. */
  readonly downloads: readonly number[];
}

export const EMPTY_LEDGER: Ledger = { editions: new Map(), downloads: [] };

/** MaxMind's limit for an account: 30 downloads in 24 hours. */
export const DOWNLOADS_A_DAY = 30;

/** The ledger after a check of `edition` that ended at `now`; `error`: why it failed. */
export function noteCheck(ledger: Ledger, edition: string, now: number, error?: string): Ledger {
  const lastSuccess = error === undefined ? now : ledger.editions.get(edition)?.lastSuccess;
  const record: EditionRecord = {
    lastCheck: now,
    ...(lastSuccess === undefined ? {} : { lastSuccess }),
    ...(error === undefined ? {} : { lastError: error }),
  };
  return { ...ledger, editions: new Map([...ledger.editions, [edition, record]]) };
}

/** The ledger after a download requested at `now`. */
export function noteDownload(ledger: Ledger, now: number): Ledger {
  return { ...ledger, downloads: [...recent(ledger.downloads, now), now] };
}

/** When the next download may be requested: `now`, or later if none are left. */
export function nextDownload(ledger: Ledger, now: number): number {
  const [oldest = now, ...others] = recent(ledger.downloads, now)
    .sort((a, b) => a - b)
    .slice(-DOWNLOADS_A_DAY);
  return others.length + 1 < DOWNLOADS_A_DAY ? now : oldest + DAY_MS;
}

/** Those of the last day. A time far in the future comes from a wrong clock and must not count for ever. */
function recent(downloads: readonly number[], now: number): number[] {
  return downloads.filter((at) => Math.abs(now - at) < DAY_MS);
}

const time = z.iso.datetime();
const download = z.strictObject({ download: time });
const check = z.strictObject({
  edition: z.string(),
  last_check: time,
  last_success: time.exactOptional(),
  last_error: z.string().exactOptional(),
});

type Entry = z.infer<typeof download> | z.infer<typeof check>;

const first = z.object({
  editions: z.record(z.string(), z.looseObject({})),
  downloads: z.array(z.unknown()),
});

/** `updates.json`, beside the databases. */
export const LEDGER: StateKind<Entry> = {
  name: 'updates.json',
  version: 2,
  holds: 'updates',
  entry: z.union([download, check]),
  first(file) {
    const { editions = {}, downloads = [] } = first.safeParse(file).data ?? {};
    return [
      ...Object.entries(editions).map(([edition, record]) => ({ edition, ...record })),
      ...downloads.map((at) => ({ download: at })),
    ];
  },
};

export function entriesOf({ editions, downloads }: Ledger): Entry[] {
  return [
    ...Array.from(editions, ([edition, { lastCheck, lastSuccess, lastError }]) => ({
      edition,
      last_check: rfc3339(lastCheck),
      ...(lastSuccess !== undefined && { last_success: rfc3339(lastSuccess) }),
      ...(lastError !== undefined && { last_error: lastError }),
    })),
    ...downloads.map((at) => ({ download: rfc3339(at) })),
  ];
}

export function ledgerOf(entries: readonly Entry[]): Ledger {
  const editions = new Map<string, EditionRecord>();
  const downloads: number[] = [];
  for (const entry of entries) {
    if ('download' in entry) downloads.push(Date.parse(entry.download));
    else {
      const { edition, last_check, last_success, last_error } = entry;
      editions.set(edition, {
        lastCheck: Date.parse(last_check),
        ...(last_success !== undefined && { lastSuccess: Date.parse(last_success) }),
        ...(last_error !== undefined && { lastError: last_error }),
      });
    }
  }
  return { editions, downloads };
}

/**
 * Verdicts outlive the process in `verdicts.json`.
 */
import * as z from 'zod';
import type { Clock } from '../platform/clock.js';
import type { StateFiles } from '../state/state-files.js';
import { type StateKind, time } from '../state/state-kind.js';
import type { WriteBehind } from '../state/write-behind.js';
import { MOST_LEVEL } from './flap.js';
import type { StoredVerdict } from './stored-verdict.js';

/** Verdicts that stand are rewritten this often; otherwise they would look old after a restart. */
const REFRESH_MS = 300_000;

type Entry = StoredVerdict & { readonly key: string };

const kind: StateKind<Entry> = {
  name: 'verdicts.json',
  version: 2,
  holds: 'verdicts',
  entry: z.strictObject({
    key: z.string(),
    verdict: z.enum(['up', 'down']),
    since: time,
    cause: z.string().exactOptional(),
    lastProbe: z.strictObject({
      at: time,
      ok: z.boolean(),
      ms: time,
      error: z.string().exactOptional(),
      rate: z.number().nonnegative().exactOptional(),
      certificateEnds: time.exactOptional(),
    }),
    returned: time.exactOptional(),
    flap: z
      .strictObject({ lapses: z.array(time), falls: z.array(time), level: z.int().min(0).max(MOST_LEVEL) })
      .exactOptional(),
  }),
};

/** The stored verdicts by check. Never rejects. */
export async function readVerdicts(files: StateFiles): Promise<Map<string, StoredVerdict>> {
  return new Map((await files.read(kind)).map(({ key, ...verdict }) => [key, verdict]));
}

/** Keeps these verdicts in the file from now on; `close` writes them a last time. */
export function keepVerdicts(
  files: StateFiles,
  clock: Clock,
  verdicts: () => Iterable<readonly [key: string, verdict: StoredVerdict]>,
): Pick<WriteBehind, 'mark' | 'close'> {
  const file = files.keep(kind, () => entriesOf(verdicts()));
  let stopRefresh = clock.after(REFRESH_MS, refresh);
  function refresh(): void {
    file.mark();
    stopRefresh = clock.after(REFRESH_MS, refresh);
  }
  return {
    mark: file.mark,
    close() {
      stopRefresh();
      file.mark();
      return file.close();
    },
  };
}

/** One by one, as the file is written: there may be tens of thousands. */
function* entriesOf(verdicts: Iterable<readonly [string, StoredVerdict]>): Generator<Entry, void> {
  for (const [key, verdict] of verdicts) yield { key, ...verdict };
}

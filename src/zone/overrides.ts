/**
 * The overrides of a zone file, for operators who deploy by Git: which mirrors they apply to, and which lack something
 * that they need. An override that has ended is not a fault: the file may stay as it is.
 */
import type { FaultList } from './faults.js';
import { mirrorsMeant } from './mirror-names.js';
import type { StatedOverride } from './model.js';
import type { OverrideDraft } from './schema.js';

/** The overrides in the order of the file. Faults go to `faults`. */
export function overridesOf(drafts: readonly OverrideDraft[], faults: FaultList): readonly StatedOverride[] {
  return drafts.flatMap(({ mirrors = [], state, reason, until, by }, i): StatedOverride[] => {
    const path = ['overrides', i];
    for (const [key, what] of [
      ['mirrors', 'the mirrors that it is about, such as ["aurora", "b*"]'],
      ['reason', 'why, for those who come after you'],
    ] as const) {
      if (!faults.has([...path, key])) faults.atKey([...path, key], `"${key}" is missing, expected ${what}`);
    }
    const named = mirrors.flatMap((glob, item) => mirrorsMeant(glob, [...path, 'mirrors', item], faults));
    if (reason === undefined || named.length === 0) return [];
    return [
      {
        mirrors: [...new Set(named)],
        state: state === 'up' ? 'up' : 'down',
        reason,
        ...(until !== undefined && { until }),
        ...(by !== undefined && { by }),
      },
    ];
  });
}

/**
 * The part of the status report about the keys of a signed zone.
 */
import type { KeysReport, ParentDueReport } from '../control/mirror-report.js';
import { keyStateAt, nextKeyChange } from '../dnssec/key-times.js';
import type { ZoneKeys } from '../dnssec/keys.js';
import { dueAtParent, nextKeyOf, retiredKeysOf } from '../dnssec/roll.js';
import { rfc3339 } from '../platform/time.js';
import { formatFault } from '../zone/faults.js';
import type { LoadedZone } from '../zone/zone-files.js';

/** At `now` in milliseconds since 1970; undefined if the zone is not signed. */
export function reportKeys({ keys, keyFaults }: LoadedZone, now: number): KeysReport | undefined {
  if (keys === undefined) return undefined;
  const { signing, withdrawn } = keyStateAt(keys, now);
  const next = nextKeyOf(keys, now);
  const due = reportParentDue(keys, now);
  const change = nextKeyChange(keys, now);
  return {
    signing: signing.tag,
    ...(next !== undefined && { next: next.tag }),
    retired: retiredKeysOf(keys, now).map(({ tag }) => tag),
    withdrawn,
    ...(change !== Infinity && { next_change: rfc3339(change) }),
    ...(due !== undefined && { parent_due: due }),
    ...(keyFaults !== undefined && { error: keyFaults.map(formatFault).join('\n') }),
  };
}

/** What is due at the parent at `now`, in milliseconds since 1970; undefined: nothing. */
export function reportParentDue(keys: ZoneKeys, now: number): ParentDueReport | undefined {
  const due = dueAtParent(keys, now);
  if (due === undefined) return undefined;
  const { old, next, until } = due;
  return { next: next.tag, old: old.tag, until: rfc3339(until), removed: rfc3339(old.remove) };
}

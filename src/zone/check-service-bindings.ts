/**
 * Checks of SVCB and HTTPS records against one another and against the zone's pools (RFC 9460).
 */

import type { FaultList } from './faults.js';
import type { Aliases, RecordContext } from './record-context.js';
import type { PlacedRrset } from './rrsets.js';
import { hintIn, isServiceBinding } from './service-binding.js';

/** Reports hints that would disagree with a pool, and records that have no effect because of an alias. */
export function checkServiceBindings(
  { pools, rrsets }: RecordContext,
  aliases: Aliases,
  faults: FaultList,
): void {
  const poolAt = new Map(pools.map(({ owner, key }) => [owner, key] as const));
  for (const rrset of rrsets) {
    checkAlias(rrset, faults);
    const { owner, path, data } = rrset;
    data.forEach((record, i) => {
      if (!isServiceBinding(record)) return;
      const hint = hintIn(record);
      if (hint === undefined) return;
      const pool = poolAt.get(endOf(record.target === '' ? owner : record.target, aliases));
      if (pool === undefined) return;
      const why = 'its addresses are drawn anew for each question, and a hint would disagree with them';
      faults.atValue([...path, i], `${hint} beside the pool "${pool}": ${why}; leave the hint out`);
    });
  }
}

/** RFC 9460 §2.4.1, §2.4.2: there is at most one alias record, and the other records beside it are ignored. */
function checkAlias({ path, data }: PlacedRrset, faults: FaultList): void {
  const alias = data.findIndex((record) => isServiceBinding(record) && record.priority === 0);
  if (alias < 0 || data.length < 2) return;
  faults.atValue([...path, alias], 'priority 0 is an alias: clients ignore all other records beside it');
}

/** The name at the end of the zone's CNAME chain from `name`. */
function endOf(name: string, aliases: Aliases): string {
  const seen = new Set<string>();
  let end = name;
  for (let next = aliases.get(end); next !== undefined && !seen.has(end); next = aliases.get(end)) {
    seen.add(end);
    end = next.target;
  }
  return end;
}

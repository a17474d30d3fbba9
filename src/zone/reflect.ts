/**
 * The name that reflects. It must have no other records, since its answers are made for each client.
 */
import { delegationOf } from './check-delegations.js';
import type { FaultList } from './faults.js';
import { readOwner } from './names.js';
import type { Owned } from './owners.js';

/** The absolute owner name. Undefined if there is none, or if a fault was reported. Without a `zone` it stays relative. */
export function reflectOf(
  text: string | undefined,
  zone: string | undefined,
  owned: { readonly pools: readonly Owned<unknown>[]; readonly records: readonly Owned<unknown>[] },
  faults: FaultList,
): string | undefined {
  if (text === undefined) return undefined;
  const owner = readOwner(text, zone, false);
  if (typeof owner !== 'string') {
    faults.atValue(['reflect'], owner.fault);
    return undefined;
  }
  for (const section of ['pools', 'records'] as const) {
    const other = owned[section].find((each) => each.owner === owner);
    if (other === undefined) continue;
    const { line } = faults.position([section, other.key], 'key');
    faults.atValue(
      ['reflect'],
      `"${text}" is also in "${section}" (line ${line}): give it a name that nothing else has`,
    );
    return undefined;
  }
  const cut = delegationOf(owner, owned.records, faults);
  if (cut !== undefined)
    faults.atValue(
      ['reflect'],
      `"${text}" is in the delegation "${cut.key}", whose name servers answer for it`,
    );
  if (text === '@') faults.atValue(['reflect'], '"@" is the zone itself: give it a name below');
  return owner;
}

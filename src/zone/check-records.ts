/**
 * Checks of static records, pools and name servers against one another. A CNAME can't have other records beside it. A pool
 * owns the addresses of its name. Names of name servers and mail servers must have addresses and not be aliases.
 */

import { checkDelegations } from './check-delegations.js';
import { checkNameServers } from './check-name-servers.js';
import { checkServiceBindings } from './check-service-bindings.js';
import type { FaultList } from './faults.js';
import { type Aliases, aliasesOf, type RecordContext } from './record-context.js';
import { serverOf } from './record-forms.js';
import type { PlacedRrset } from './rrsets.js';

/** Reports records that contradict one another. */
export function checkRecords(context: RecordContext, faults: FaultList): void {
  const aliases = aliasesOf(context.rrsets);
  checkAliases(context, aliases, faults);
  checkBesidePools(context, faults);
  checkTargets(context.rrsets, aliases, faults);
  checkServiceBindings(context, aliases, faults);
  checkNameServers(context, aliases, faults);
  checkDelegations(context, aliases, faults);
}

function checkAliases({ zone, owners, rrsets }: RecordContext, aliases: Aliases, faults: FaultList): void {
  for (const { key, owner } of owners) {
    const path = ['records', key, 'CNAME'];
    if (!faults.has(path)) continue;
    if (key === '@' || owner === zone) {
      faults.atKey(path, "the zone's own name can't be a CNAME: it has SOA and NS records");
    }
    const others = faults.keysAt(['records', key]).filter((type) => type !== 'CNAME' && type !== 'ttl');
    if (others.length > 0) {
      const message = `CNAME beside ${others.join(', ')}: an alias can have no other records (RFC 1034 §3.6.2)`;
      faults.atKey(path, message);
    }
  }
  for (const { type, path, data } of rrsets) {
    if (type !== 'CNAME' || data.length < 2) continue;
    faults.atValue([...path, 1], 'a CNAME has one target: leave one of them');
  }
  for (const [owner, { path }] of aliases) {
    if (leadsBack(owner, aliases)) faults.atKey(path, `the CNAME of ${owner} leads back to itself`);
  }
}

function leadsBack(owner: string, aliases: Aliases): boolean {
  const seen = new Set<string>();
  let name = aliases.get(owner)?.target;
  while (name !== undefined && name !== owner && !seen.has(name)) {
    seen.add(name);
    name = aliases.get(name)?.target;
  }
  return name === owner;
}

function checkBesidePools({ pools, owners }: RecordContext, faults: FaultList): void {
  const poolAt = new Map(pools.map(({ owner, key }) => [owner, key] as const));
  for (const { key, owner } of owners) {
    const pool = poolAt.get(owner);
    if (pool === undefined) continue;
    for (const type of ['A', 'AAAA', 'CNAME']) {
      const path = ['records', key, type];
      if (!faults.has(path)) continue;
      const why = type === 'CNAME' ? 'an alias can have no addresses' : `it answers ${type} for this name`;
      faults.atKey(path, `${type} beside the pool "${pool}": ${why}`);
    }
  }
}

function checkTargets(rrsets: readonly PlacedRrset[], aliases: Aliases, faults: FaultList): void {
  for (const { path, data } of rrsets) {
    data.forEach((record, i) => {
      const target = serverOf(record);
      const alias = target === undefined ? undefined : aliases.get(target);
      if (alias === undefined) return;
      const { line } = faults.position(alias.path, 'key');
      faults.atValue(
        [...path, i],
        `${target} is a CNAME (line ${line}): ${record.type} needs a name with addresses`,
      );
    });
  }
}

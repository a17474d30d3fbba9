/**
 * Delegations: NS records of a name below the zone. From that name down, other servers answer. What the file has there is
 * only answered as glue, except DS, which belongs to this side of the cut (RFC 1034 §4.2.1, RFC 4035 §2.4).
 */
import { checkNameServer } from './check-name-servers.js';
import type { FaultList } from './faults.js';
import { isWithin } from './names.js';
import { isOperatorKey } from './operator-keys.js';
import type { Owned } from './owners.js';
import type { Aliases, RecordContext } from './record-context.js';

const ADDRESSES = ['A', 'AAAA'];

/** The delegation, if any, that a name is at or below. */
export function delegationOf(
  name: string,
  owners: readonly Owned<unknown>[],
  faults: FaultList,
): Owned<unknown> | undefined {
  return owners.find(
    ({ key, owner }) => key !== '@' && isWithin(name, owner) && faults.has(['records', key, 'NS']),
  );
}

/** Reports what can't be at or below a delegation. */
export function checkDelegations(context: RecordContext, aliases: Aliases, faults: FaultList): void {
  const { zone, owners, pools } = context;
  if (zone === undefined) return;
  // A name is in the topmost delegation above it, wherever the file has that.
  const delegated = owners
    .filter(
      ({ key, owner }) => faults.has(['records', key, 'NS']) && owner !== zone && !owner.startsWith('*.'),
    )
    .sort((a, b) => a.owner.length - b.owner.length);
  const cutOf = (name: string): Owned<unknown> | undefined =>
    delegated.find(({ owner }) => isWithin(name, owner));
  for (const each of owners) checkOwner(each, cutOf(each.owner), context, faults);
  for (const { key, owner } of pools) {
    const cut = cutOf(owner);
    if (cut === undefined) continue;
    const { line } = faults.position(['records', cut.key, 'NS'], 'key');
    const why = `"${cut.key}" is delegated (line ${line}), and its name servers answer for it`;
    faults.atKey(['pools', key], `the pool "${key}" would never be answered: ${why}`);
  }
  for (const { owner, type, path, data } of context.rrsets) {
    if (type !== 'NS') continue;
    data.forEach((record, i) => {
      if (record.type !== 'NS') return;
      const cut = cutOf(record.target);
      // Addresses of a name below another cut are sibling glue: helpful here, but not required (RFC 9471 §3.2).
      if (cut === undefined || cut.owner === owner)
        checkNameServer(record.target, [...path, i], context, aliases, faults);
    });
  }
}

function checkOwner(
  { key, owner }: Owned<unknown>,
  cut: Owned<unknown> | undefined,
  { zone, ns, rrsets }: RecordContext,
  faults: FaultList,
): void {
  const types = faults.keysAt(['records', key]).filter((type) => type !== 'ttl' && !isOperatorKey(type));
  if (types.includes('NS') && cut === undefined) {
    const where =
      owner === zone
        ? 'the zone itself is none: its name servers go into "ns:" at the top of the file'
        : 'a wildcard is none';
    faults.atKey(['records', key, 'NS'], `NS records are for a name that is delegated, and ${where}`);
  }
  if (types.includes('DS') && !types.includes('NS')) {
    const where = owner === zone ? 'the zone above has that of this one' : 'put NS beside it';
    faults.atKey(['records', key, 'DS'], `DS records are for a name that is delegated: ${where}`);
    return;
  }
  if (cut === undefined) return;
  const isServer =
    ns.includes(owner) ||
    rrsets.some(({ data }) => data.some((record) => record.type === 'NS' && record.target === owner));
  const kept = owner === cut.owner ? ['NS', 'DS'] : [];
  if (isServer) kept.push(...ADDRESSES);
  // A CNAME beside other records is reported elsewhere.
  if (types.length > 1) kept.push('CNAME');
  for (const type of types.filter((type) => !kept.includes(type))) {
    const why = 'others answer for it, and only addresses of name servers can be here';
    faults.atKey(['records', key, type], `${type} in the delegation "${cut.key}": ${why}`);
  }
}

/**
 * What can't be in a signed zone. What is signed is signed ahead, and is true for whoever gets it from a resolver's cache: a
 * proof that a name has no addresses must not be one client's alone, as other clients' addresses would be bogus then.
 */
import { FAMILIES, type Family } from '../platform/types.js';
import type { FaultList } from './faults.js';
import type { Mirror, Pool } from './model.js';

/** Says it of a zone that is to be signed. */
export function checkSigned(
  { pools, mirrors }: { readonly pools: readonly Pool[]; readonly mirrors: readonly Mirror[] },
  faults: FaultList,
): void {
  if (faults.has(['reflect'])) {
    const message = '"reflect" says something else to each client, which no signature can be made for ahead';
    faults.atKey(['reflect'], `${message}: give it a zone of its own, or leave it out`);
  }
  for (const pool of pools) {
    const path = ['pools', pool.name];
    if (pool.refuse !== undefined && pool.refuse.rcode !== 'refused') {
      const message = `${pool.refuse.rcode} would be proved to all clients in a signed zone: write rcode: refused`;
      faults.atValue([...path, 'refuse', 'rcode'], message);
    }
    if (pool.mayBeEmpty || faults.isFaulty(path)) continue;
    const members = pool.members.flatMap(({ mirror }) => mirrors[mirror] ?? []);
    const family = FAMILIES.find((each) => mayLack(pool, members, each));
    if (family === undefined) continue;
    const record = family === 'ipv4' ? 'A' : 'AAAA';
    const message = `some client may find no ${record} record here that others find, which a signed zone can't say`;
    faults.atKey(path, `${message}: have a mirror for all clients, or write may_be_empty: true`);
  }
}

/** Whether some client may get no address of the family where another gets one. */
function mayLack(pool: Pool, members: readonly Mirror[], family: Family): boolean {
  const candidates = members.filter(({ weight, ...mirror }) => weight > 0 && mayHave(mirror, family));
  const isFree = ({ admits }: Pick<Mirror, 'admits'>): boolean => Object.keys(admits).length === 0;
  // Of names that users choose, any of them may be the only one.
  const isChosenFrom = pool.choose.length > 0;
  const isOpen = (among: readonly Mirror[]): boolean => {
    if (among.length === candidates.length && among.every(isFree)) return true;
    return !isChosenFrom && among.some((mirror) => isFree(mirror) && mirror.addresses.some(isOf(family)));
  };
  if (candidates.length === 0) return false;
  if (!isFree(pool)) return true;
  if (!isOpen(candidates)) return true;
  const { order } = pool;
  if (order?.others !== 'never') return false;
  const listed = order.lists.map(({ entries }) => new Set(entries.flat()));
  return (
    !order.lists.some(({ by }) => by === 'default') ||
    !listed.every((names) => isOpen(candidates.filter(({ name }) => names.has(name))))
  );
}

/** A name may come to have addresses of either family. */
function mayHave({ hostname, addresses }: Pick<Mirror, 'hostname' | 'addresses'>, family: Family): boolean {
  return hostname !== undefined || addresses.some(isOf(family));
}

function isOf(wanted: Family): (address: { readonly family: Family }) => boolean {
  return ({ family }) => family === wanted;
}

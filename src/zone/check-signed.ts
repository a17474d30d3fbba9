/**
 * What a signed zone can't contain. Answers are signed ahead of time, and must hold for every client that gets them from a
 * resolver's cache. A proof that a name has no addresses must not be for one client alone: the addresses that other
 * clients get would then be bogus.
 */
import { FAMILIES, type Family } from '../platform/types.js';
import { labelsOf } from './choices.js';
import type { FaultList } from './faults.js';
import type { Mirror, Pool } from './model.js';

/** Reports what a zone that will be signed can't contain. */
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
    if (family !== undefined) {
      const message = `some client may find no ${recordOf(family)} record here${UNSAYABLE}`;
      faults.atKey(path, `${message}: have a mirror for all clients, or write may_be_empty: true`);
      continue;
    }
    const found = pool.choose.length === 0 ? undefined : chosenLack(members);
    if (found === undefined) continue;
    const { name, location } = found.mirror;
    const [label] = labelsOf(pool.choose, name, location.country);
    const where = label === undefined ? 'the name of its place' : `${label}.${pool.owner}`;
    const message = `at ${where}, which users may choose, some client may find no ${recordOf(found.family)} record${UNSAYABLE}`;
    const cause = `the mirror "${name}" keeps clients out: take its rules out, or "choose", or write may_be_empty: true`;
    faults.atKey([...path, 'choose'], `${message}, as ${cause}`);
  }
}

const UNSAYABLE = " that others find, which a signed zone can't say";

function recordOf(family: Family): string {
  return family === 'ipv4' ? 'A' : 'AAAA';
}

/** A mirror that keeps clients out. At a name that users choose, any mirror may be the only one. */
function chosenLack(
  members: readonly Mirror[],
): { readonly mirror: Mirror; readonly family: Family } | undefined {
  for (const family of FAMILIES) {
    const mirror = members.find((one) => one.weight > 0 && mayHave(one, family) && !isFree(one));
    if (mirror !== undefined) return { mirror, family };
  }
  return undefined;
}

function isFree({ admits }: Pick<Mirror, 'admits'>): boolean {
  return Object.keys(admits).length === 0;
}

/** Whether one client may get no address of the family while another gets one. */
function mayLack(pool: Pool, members: readonly Mirror[], family: Family): boolean {
  const candidates = members.filter(({ weight, ...mirror }) => weight > 0 && mayHave(mirror, family));
  const isOpen = (among: readonly Mirror[]): boolean => {
    if (among.length === candidates.length && among.every(isFree)) return true;
    return among.some((mirror) => isFree(mirror) && mirror.addresses.some(isOf(family)));
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

/** A mirror with a host name may come to have addresses of either family. */
function mayHave({ hostname, addresses }: Pick<Mirror, 'hostname' | 'addresses'>, family: Family): boolean {
  return hostname !== undefined || addresses.some(isOf(family));
}

function isOf(wanted: Family): (address: { readonly family: Family }) => boolean {
  return ({ family }) => family === wanted;
}

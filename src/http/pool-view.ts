/**
 * A pool as shown on its map and its page: each mirror with its number, its state in one family, its share, and the
 * countries that it leads.
 */
import type { MirrorReport, PoolReport } from '../control/mirror-report.js';
import type { Family } from '../platform/types.js';
import type { MappedMirror, MirrorState } from './map.js';
import type { PoolOutlook } from './outlooks.js';

export interface ViewedMirror extends MappedMirror {
  readonly addresses: readonly MirrorReport[];
  /** Country codes. */
  readonly countries: readonly string[];
}

export interface PoolView {
  readonly family: Family;
  /** The families in which it has mirrors. */
  readonly families: readonly Family[];
  readonly mirrors: readonly ViewedMirror[];
  /** By country, the number of the mirror that leads there. */
  readonly leaders: ReadonlyMap<string, number>;
}

/** The pool in the wanted family, otherwise in its first; undefined if it has mirrors in neither. */
export function viewPool(pool: PoolReport, outlook: PoolOutlook, wanted?: string): PoolView | undefined {
  const families = outlook.families.map(({ family }) => family);
  const known = outlook.families.find(({ family }) => family === wanted) ?? outlook.families[0];
  if (known === undefined) return undefined;
  const { family, shares, mirrors: members } = known;
  const numbers = new Map(outlook.mirrors.map(({ name }, i) => [name, i + 1]));
  const leaders = new Map(
    [...known.leaders].flatMap(([country, member]) => {
      const number = numbers.get(members[member] ?? '');
      return number === undefined ? [] : [[country, number] as const];
    }),
  );
  const mirrors = outlook.mirrors.flatMap(({ name, place }, i) => {
    const addresses = pool.mirrors.filter((mirror) => mirror.name === name && mirror.family === family);
    if (addresses.length === 0) return [];
    const number = i + 1;
    return {
      number,
      name,
      place,
      addresses,
      state: stateOf(addresses),
      share: shares[members.indexOf(name)] ?? 0,
      countries: [...leaders].flatMap(([country, leader]) => (leader === number ? [country] : [])),
    };
  });
  return { family, families, mirrors, leaders };
}

/** The state of a mirror with these addresses. */
export function stateOf(addresses: readonly MirrorReport[]): MirrorState {
  const enabled = addresses.filter((address) => address.enabled);
  if (enabled.length === 0) return 'disabled';
  const up = enabled.filter(({ state, override }) => state === 'up' || override?.state === 'up').length;
  const down = enabled.filter(({ state, override }) => state === 'down' && override?.state !== 'up').length;
  if (down === enabled.length) return 'down';
  if (down > 0) return 'partly';
  return up === 0 ? 'unknown' : 'up';
}

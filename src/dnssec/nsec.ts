/** The chain of NSEC records over the names of a zone (RFC 4034 §4): each gives a name's types and the next name. */
import { TYPE } from '../wire/codes.js';
import { encodeName } from '../wire/names.js';
import { compareNames } from './canonical.js';

export interface NsecChain {
  /** In canonical order. The next name of the last one is the first, the apex. */
  readonly names: readonly string[];
  /** The owner of the NSEC that covers `name`, which does not exist: the last name before it. */
  before(name: string): string;
  /** The owner of the NSEC that covers whatever would come after `name` and everything below it. */
  behind(name: string): string;
  /** The data of the NSEC record of `name`. */
  dataOf(name: string): Uint8Array;
}

/**
 * The chain for the names of a zone that have data or are delegated. `types` has their types, without NSEC and RRSIG, and
 * includes the apex.
 */
export function chainOf(zone: string, types: ReadonlyMap<string, readonly number[]>): NsecChain {
  const names = [...types.keys()].sort(compareNames);
  const places = new Map(names.map((name, i) => [name, i]));
  /** The number of names before the first one that is not `within`; all those before it are. */
  const count = (within: (name: string) => boolean): number => {
    let low = 0;
    let high = names.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (within(names[middle] ?? zone)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    names,
    before: (name) => names[count((other) => compareNames(other, name) < 0) - 1] ?? zone,
    behind: (name) =>
      names[count((other) => compareNames(other, name) <= 0 || other.endsWith(`.${name}`)) - 1] ?? zone,
    dataOf(name) {
      const next = names[(places.get(name) ?? -1) + 1] ?? zone;
      return Buffer.concat([
        encodeName(next),
        typeBitmap([...(types.get(name) ?? []), TYPE.RRSIG, TYPE.NSEC]),
      ]);
    },
  };
}

/** RFC 4034 §4.1.2: one window per 256 types, each as short as possible. */
export function typeBitmap(types: readonly number[]): Uint8Array {
  const windows = new Map<number, number[]>();
  for (const type of [...types].sort((a, b) => a - b)) {
    const bits = windows.get(type >> 8) ?? [];
    windows.set(type >> 8, bits);
    const octet = (type & 0xff) >> 3;
    while (bits.length <= octet) bits.push(0);
    bits[octet] = (bits[octet] ?? 0) | (0x80 >> (type & 7));
  }
  return Uint8Array.from([...windows].flatMap(([window, bits]) => [window, bits.length, ...bits]));
}

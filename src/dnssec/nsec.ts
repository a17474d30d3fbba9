/** The chain of NSEC records over the names of a zone, which says of each what it has and who is next (RFC 4034 §4). */
import { TYPE } from '../wire/codes.js';
import { encodeName } from '../wire/names.js';
import { compareNames } from './canonical.js';

export interface NsecChain {
  /** In canonical order; each one's next is behind it, and the last one's is the first, the apex. */
  readonly names: readonly string[];
  /** The name whose NSEC is about a name that it does not have: the last one before it. */
  before(name: string): string;
  /** The name whose NSEC is about what would be behind all that is at and below a name. */
  behind(name: string): string;
  /** The data of a name's NSEC record. */
  dataOf(name: string): Uint8Array;
}

/** Of all names of a zone that have data or are delegated, with their types but for NSEC and RRSIG; the apex is one of them. */
export function chainOf(zone: string, types: ReadonlyMap<string, readonly number[]>): NsecChain {
  const names = [...types.keys()].sort(compareNames);
  const places = new Map(names.map((name, i) => [name, i]));
  /** How many come before what is no more `within` the part that they begin with. */
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

/** RFC 4034 §4.1.2: a window of 256 types after the other, each as short as it can be. */
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

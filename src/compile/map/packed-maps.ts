/**
 * Geographies in one block of memory, which is also what is kept of them in a file. So a thousand geographies are not
 * thousands of pieces of memory, and loading them takes one read.
 *
 * The block begins with a digest of all that follows and the length of the header, a JSON text that says where each array
 * is.
 */
import { createHash } from 'node:crypto';
import type { LocationMap } from '../../answer/table.js';
import type { Geography } from './geography.js';

const DIGEST = 32;
/** Octets before the header. */
const PREFIX = DIGEST + 4;

type Numbers = Uint8Array | Int16Array | Int32Array | Uint32Array;

/** The kinds of array, by their letters. */
const KINDS = { b: Uint8Array, h: Int16Array, i: Int32Array, u: Uint32Array };
/** Each array starts on a cache line, if the block does. */
const LINE = 64;

/** An array: its kind, where it starts after the header, and its length in numbers. */
type Place = readonly [kind: keyof typeof KINDS, at: number, length: number];

interface Header {
  readonly arrays: readonly Place[];
  readonly geographies: readonly PackedGeography[];
}

/** A geography, with the numbers of its arrays in the list of arrays. */
interface PackedGeography {
  readonly arrays: readonly number[];
  readonly ipv6Root: number;
  readonly firstLevelBits: number;
  readonly candidates: number;
  readonly isOnGrid: boolean;
}

export interface PackedMaps {
  readonly block: Uint8Array<ArrayBuffer>;
  readonly geographies: readonly Geography[];
}

/** Lays out geographies in a block. Arrays that several share are stored once. */
export function packMaps(geographies: readonly Geography[]): PackedMaps {
  const numbers = new Map<Numbers, number>();
  const places: Place[] = [];
  let end = 0;
  const numberOf = (array: Numbers): number => {
    const known = numbers.get(array);
    if (known !== undefined) return known;
    places.push([kindOf(array), end, array.length]);
    end += Math.ceil(array.byteLength / LINE) * LINE;
    numbers.set(array, places.length - 1);
    return places.length - 1;
  };
  const packed = geographies.map(({ table, catchments, isOnGrid }): PackedGeography => {
    const { map, firstLevel, cells, uniform, strides, scopes, ipv6Root, firstLevelBits } = table;
    const { candidates, starts, words } = catchments;
    const arrays = [map, firstLevel, cells, uniform, strides, scopes, starts, words].map(numberOf);
    return { arrays, ipv6Root, firstLevelBits, candidates, isOnGrid };
  });
  const header = Buffer.from(JSON.stringify({ arrays: places, geographies: packed } satisfies Header));
  const start = bodyAt(header.length);
  const block = new Uint8Array(start + end);
  new DataView(block.buffer).setUint32(DIGEST, header.length, true);
  block.set(header, PREFIX);
  for (const [array, number] of numbers) {
    const { buffer, byteOffset, byteLength } = array;
    block.set(new Uint8Array(buffer, byteOffset, byteLength), start + (places[number]?.[1] ?? 0));
  }
  block.set(digestOf(block));
  return { block, geographies: unpack(block, header.length) };
}

/** The geographies in a block that `packMaps` made; undefined for anything else. */
export function unpackMaps(block: Uint8Array<ArrayBuffer>): readonly Geography[] | undefined {
  if (block.length < PREFIX || !digestOf(block).equals(block.subarray(0, DIGEST))) return undefined;
  return unpack(block, new DataView(block.buffer).getUint32(DIGEST, true));
}

function unpack(block: Uint8Array<ArrayBuffer>, headerLength: number): Geography[] {
  const text = Buffer.from(block.subarray(PREFIX, PREFIX + headerLength)).toString();
  const header: Header = JSON.parse(text);
  const start = bodyAt(headerLength);
  const { buffer } = block;
  const arrays = header.arrays.map(
    ([kind, at, length]): Numbers => new KINDS[kind](buffer, start + at, length),
  );
  const take = <A extends Numbers>(
    number: number | undefined,
    kinds: readonly (new (length: number) => A)[],
  ): A => {
    const array = arrays[number ?? -1];
    for (const kind of kinds) if (array instanceof kind) return array;
    throw new RangeError('a header names an array that is of another kind');
  };
  return header.geographies.map(({ arrays: numbers, ipv6Root, firstLevelBits, candidates, isOnGrid }) => {
    const [map, jump, cells, uniform, strides, scopes, starts, words] = numbers;
    const table: LocationMap = {
      map: take(map, [Int32Array]),
      ipv6Root,
      firstLevel: take(jump, [Int32Array]),
      firstLevelBits,
      cells: take<Int16Array | Int32Array>(cells, [Int16Array, Int32Array]),
      uniform: take(uniform, [Int32Array]),
      strides: take(strides, [Int32Array]),
      scopes: take(scopes, [Uint8Array]),
    };
    return {
      table,
      catchments: { candidates, starts: take(starts, [Uint32Array]), words: take(words, [Uint32Array]) },
      isOnGrid,
    };
  });
}

function kindOf(array: Numbers): keyof typeof KINDS {
  if (array instanceof Uint8Array) return 'b';
  if (array instanceof Int16Array) return 'h';
  return array instanceof Int32Array ? 'i' : 'u';
}

/** Where the arrays start. */
function bodyAt(headerLength: number): number {
  return Math.ceil((PREFIX + headerLength) / LINE) * LINE;
}

function digestOf(block: Uint8Array): Buffer {
  return createHash('sha256').update(block.subarray(DIGEST)).digest();
}

/**
 * Inputs made of others: bits and octets changed, lengths and counts made larger or smaller, pieces cut, doubled, moved
 * from one input to another, or taken from what the format is made of. Several at once, as AFL does it.
 */
import { below, type Random } from '../../src/platform/random.js';

export interface Mutations {
  /** Pieces that mean something in the format. */
  readonly dictionary: readonly Uint8Array[];
  readonly maxLength: number;
}

/** Numbers at which programs change their mind. */
const EDGES = [
  0, 1, 2, 12, 16, 31, 32, 63, 64, 127, 128, 191, 192, 253, 255, 256, 511, 512, 1232, 4096, 65_535,
];

/** A changed copy of `input`; `other` is another input to take pieces from. */
export function mutate(
  random: Random,
  input: Uint8Array,
  other: Uint8Array,
  { dictionary, maxLength }: Mutations,
): Uint8Array {
  let bytes: Uint8Array = input.slice();
  const most = below(random, 4) === 0 ? 16 : 3;
  for (let changes = 1 + below(random, most); changes > 0; changes--) {
    bytes = STEPS[below(random, STEPS.length)]?.(random, bytes, other, dictionary) ?? bytes;
  }
  return bytes.length > maxLength ? bytes.subarray(0, maxLength) : bytes;
}

type Step = (
  random: Random,
  bytes: Uint8Array,
  other: Uint8Array,
  dictionary: readonly Uint8Array[],
) => Uint8Array;

const STEPS: readonly Step[] = [
  inPlace((random, bytes, at) => {
    bytes[at] = (bytes[at] ?? 0) ^ (1 << below(random, 8));
  }),
  inPlace((random, bytes, at) => {
    bytes[at] = below(random, 256);
  }),
  inPlace((random, bytes, at) => {
    bytes[at] = (bytes[at] ?? 0) + 1 + below(random, 16) - 8;
  }),
  inPlace((random, bytes, at) => {
    bytes[at] = EDGES[below(random, EDGES.length)] ?? 0;
  }),
  inPlace((random, bytes, at) => {
    const edge = EDGES[below(random, EDGES.length)] ?? 0;
    bytes[at] = edge >> 8;
    if (at + 1 < bytes.length) bytes[at + 1] = edge;
  }),
  (random, bytes) => {
    const [from, to] = piece(random, bytes);
    return join(bytes.subarray(0, from), bytes.subarray(to));
  },
  (random, bytes) => {
    const [from, to] = piece(random, bytes);
    return insert(random, bytes, bytes.subarray(from, to));
  },
  (random, bytes, other) => {
    const [from, to] = piece(random, other);
    return insert(random, bytes, other.subarray(from, to));
  },
  (random, bytes, other) =>
    join(bytes.subarray(0, below(random, bytes.length + 1)), other.subarray(below(random, other.length + 1))),
  (random, bytes, _other, dictionary) =>
    insert(random, bytes, dictionary[below(random, dictionary.length)] ?? new Uint8Array(0)),
  inPlace((random, bytes, at, dictionary) => {
    const word = dictionary[below(random, dictionary.length)];
    if (word !== undefined) bytes.set(word.subarray(0, bytes.length - at), at);
  }),
  (random, bytes) =>
    insert(
      random,
      bytes,
      Uint8Array.from({ length: 1 + below(random, 8) }, () => below(random, 256)),
    ),
];

function inPlace(
  change: (random: Random, bytes: Uint8Array, at: number, dictionary: readonly Uint8Array[]) => void,
): Step {
  return (random, bytes, _other, dictionary) => {
    if (bytes.length > 0) change(random, bytes, below(random, bytes.length), dictionary);
    return bytes;
  };
}

/** Where a piece begins and ends; short ones are likelier. */
function piece(random: Random, bytes: Uint8Array): [from: number, to: number] {
  const from = below(random, bytes.length + 1);
  const most = below(random, 4) === 0 ? bytes.length - from : Math.min(16, bytes.length - from);
  return [from, from + below(random, most + 1)];
}

function insert(random: Random, bytes: Uint8Array, inserted: Uint8Array): Uint8Array {
  const at = below(random, bytes.length + 1);
  return join(bytes.subarray(0, at), inserted, bytes.subarray(at));
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * Writes small MaxMind DB files, so that tests bring their own databases: the format is MaxMind DB 2.0
 * (https://maxmind.github.io/MaxMind-DB/). Equal records are stored once and strings that occur again become pointers,
 * as in real files.
 */
import { serialize } from 'node:v8';
import { parseAddress } from '../src/ip/address.js';

/**
 * What a record holds. Numbers are stored as uint32 where they are whole and at least 0, as int32 below 0, else as
 * double; bigints as uint64; `Float64Array.of(52)` is a double and `Float32Array.of(52)` a float whatever the value.
 */
export type MmdbValue =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | Float32Array
  | Uint16Array
  | Float64Array
  | readonly MmdbValue[]
  | { readonly [key: string]: MmdbValue };

export interface MmdbContent {
  /** `database_type`, such as GeoLite2-City. */
  readonly type: string;
  /** Default 6. */
  readonly ipVersion?: 4 | 6;
  /** Bits of one record of the search tree; default 28. */
  readonly recordSize?: 24 | 28 | 32;
  /** Prefix to record; the longest prefix wins. IPv4 prefixes lie at ::/96 of an IPv6 tree. */
  readonly entries: { readonly [prefix: string]: MmdbValue };
  /** Whether 2002::/16 and ::ffff:0:0/96 lead to the IPv4 node, as in MaxMind's files. */
  readonly aliases?: boolean;
  /** Seconds since 1970; default 1750000000. */
  readonly buildEpoch?: number | bigint;
  /** Laid over the metadata that follows from the rest, for files that lie. */
  readonly metadata?: { readonly [key: string]: MmdbValue };
}

interface Branch {
  readonly children: [Tree, Tree];
}
/** A branch, the offset of a record in the data section, or nothing. */
type Tree = Branch | number | null;

/** The bytes of a database file. Throws an Error for a prefix that is none. */
export function writeMmdb(content: MmdbContent): Buffer {
  const { ipVersion = 6, recordSize = 28 } = content;
  const data = createDataWriter();
  const offsets = new Map<string, number>();
  let tree: Tree = null;
  const entries = Object.entries(content.entries)
    .map(([prefix, record]) => ({ bits: bitsOfPrefix(prefix, ipVersion), record }))
    .sort((a, b) => a.bits.length - b.bits.length);
  for (const { bits, record } of entries) {
    const key = serialize(record).toString('base64');
    const offset = offsets.get(key) ?? data.add(record);
    offsets.set(key, offset);
    tree = insert(tree, bits, offset);
  }
  if (content.aliases === true) {
    const ipv4 = subtree(tree, bitsOfPrefix('0.0.0.0/0', 6));
    tree = insert(tree, bitsOfPrefix('2002::/16', 6), ipv4);
    tree = insert(tree, '0'.repeat(80) + '1'.repeat(16), ipv4);
  }
  const root: Branch = isBranch(tree) ? tree : { children: [tree, tree] };
  const nodes = numberBranches(root);
  const metadata = createDataWriter();
  metadata.add({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: BigInt(content.buildEpoch ?? 1_750_000_000),
    database_type: content.type,
    description: { en: 'written for a test' },
    ip_version: ipVersion,
    languages: ['en'],
    node_count: nodes.size,
    record_size: recordSize,
    ...content.metadata,
  });
  return Buffer.concat([
    ...[...nodes.keys()].map((node) => encodeNode(node, nodes, recordSize)),
    Buffer.alloc(16),
    data.bytes(),
    Buffer.from('abcdef4d61784d696e642e636f6d', 'hex'),
    metadata.bytes(),
  ]);
}

/** The bits of a prefix from the root of the tree on, as a text of 0 and 1. */
function bitsOfPrefix(prefix: string, ipVersion: 4 | 6): string {
  const [text = '', length = ''] = prefix.split('/');
  const address = parseAddress(text);
  if (address === null || !/^\d+$/.test(length)) throw new Error(`${prefix} is not a prefix`);
  if (address.family === 'ipv6' && ipVersion === 4)
    throw new Error(`${prefix} does not go into an IPv4 file`);
  const bits = [...address.bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const above = address.family === 'ipv4' && ipVersion === 6 ? '0'.repeat(96) : '';
  return above + bits.slice(0, Number(length));
}

function isBranch(tree: Tree): tree is Branch {
  return typeof tree === 'object' && tree !== null;
}

/** Puts `value` at `bits`, in place of all that was below; what covers the prefix is split. */
function insert(tree: Tree, bits: string, value: Tree): Tree {
  if (bits === '') return value;
  const branch: Branch = isBranch(tree) ? tree : { children: [tree, tree] };
  const side = bits.startsWith('1') ? 1 : 0;
  branch.children[side] = insert(branch.children[side], bits.slice(1), value);
  return branch;
}

function subtree(tree: Tree, bits: string): Tree {
  if (bits === '' || !isBranch(tree)) return tree;
  return subtree(tree.children[bits.startsWith('1') ? 1 : 0], bits.slice(1));
}

/** Every branch once, the root first, with its node number. */
function numberBranches(root: Branch): Map<Branch, number> {
  const numbers = new Map<Branch, number>();
  const visit = (tree: Tree): void => {
    if (!isBranch(tree) || numbers.has(tree)) return;
    numbers.set(tree, numbers.size);
    for (const child of tree.children) visit(child);
  };
  visit(root);
  return numbers;
}

function encodeNode(node: Branch, numbers: ReadonlyMap<Branch, number>, recordSize: 24 | 28 | 32): Buffer {
  const [left, right] = node.children.map((tree) => {
    if (isBranch(tree)) return numbers.get(tree) ?? 0;
    return tree === null ? numbers.size : numbers.size + 16 + tree;
  });
  const bytes = Buffer.alloc(recordSize / 4);
  const low = recordSize === 32 ? 4 : 3;
  bytes.writeUIntBE((left ?? 0) % 2 ** (low * 8), 0, low);
  bytes.writeUIntBE((right ?? 0) % 2 ** (low * 8), bytes.length - low, low);
  if (recordSize === 28)
    bytes[3] = (Math.floor((left ?? 0) / 2 ** 24) << 4) | Math.floor((right ?? 0) / 2 ** 24);
  return bytes;
}

/** A data section as it is written: for databases too large for `writeMmdb`. */
export interface DataWriter {
  /** Appends a value; gives its offset. */
  add(value: MmdbValue): number;
  bytes(): Buffer;
}

export function createDataWriter(): DataWriter {
  const parts: Buffer[] = [];
  const strings = new Map<string, number>();
  let length = 0;
  const push = (part: Buffer): void => {
    parts.push(part);
    length += part.length;
  };
  const add = (value: MmdbValue): number => {
    const offset = length;
    if (typeof value === 'string') {
      const known = strings.get(value);
      if (known !== undefined && value.length > 2) push(pointer(known));
      else {
        strings.set(value, offset);
        const text = Buffer.from(value);
        push(Buffer.concat([control(2, text.length), text]));
      }
    } else if (typeof value === 'number') push(encodeNumber(value));
    else if (typeof value === 'bigint') push(unsigned(9, value));
    else if (typeof value === 'boolean') push(control(14, value ? 1 : 0));
    else if (value instanceof Uint16Array) push(unsigned(5, BigInt(value[0] ?? 0)));
    else if (value instanceof Float64Array) push(encodeDouble(value[0] ?? 0));
    else if (value instanceof Float32Array) {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatBE(value[0] ?? 0);
      push(Buffer.concat([control(15, 4), bytes]));
    } else if (value instanceof Uint8Array) push(Buffer.concat([control(4, value.length), value]));
    else if (isList(value)) {
      push(control(11, value.length));
      for (const item of value) add(item);
    } else {
      const pairs = Object.entries(value);
      push(control(7, pairs.length));
      for (const [key, item] of pairs) {
        add(key);
        add(item);
      }
    }
    return offset;
  };
  return { add, bytes: () => Buffer.concat(parts) };
}

function isList(value: readonly MmdbValue[] | object): value is readonly MmdbValue[] {
  return Array.isArray(value);
}

function control(type: number, size: number): Buffer {
  const [low, rest] =
    size < 29
      ? [size, []]
      : size < 285
        ? [29, [size - 29]]
        : [30, [Math.floor((size - 285) / 256), (size - 285) % 256]];
  return type > 7 ? Buffer.from([low, type - 7, ...rest]) : Buffer.from([(type << 5) | low, ...rest]);
}

/** All four sizes of pointer occur in files; which one follows from how far it leads. */
function pointer(target: number): Buffer {
  if (target < 2048) return Buffer.from([0x20 | (target >> 8), target & 0xff]);
  if (target < 526_336) {
    const value = target - 2048;
    return Buffer.from([0x28 | (value >> 16), (value >> 8) & 0xff, value & 0xff]);
  }
  const bytes = Buffer.alloc(5, 0x38);
  bytes.writeUInt32BE(target, 1);
  return bytes;
}

function encodeNumber(value: number): Buffer {
  if (!Number.isInteger(value)) return encodeDouble(value);
  if (value >= 0) return unsigned(6, BigInt(value));
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return Buffer.concat([control(8, 4), bytes]);
}

function encodeDouble(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return Buffer.concat([control(3, 8), bytes]);
}

/** Unsigned integers are stored without leading zero bytes. */
function unsigned(type: number, value: bigint): Buffer {
  const hex = value === 0n ? '' : value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([control(type, bytes.length), bytes]);
}

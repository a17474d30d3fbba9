/**
 * What a server leaves to the one that takes its place, so that this one answers before it has read and compiled anything:
 * what it answered from, how, and where. It lies in a file that is nowhere but in memory, which the service manager keeps;
 * shared memory goes into it as it is, block by block. So do the private keys of signed zones, which is why it may be in no
 * file on disk. Another version reads it where it lays out all of that alike.
 *
 *     octets of the head (4), head: the layout, octets of each block and of the body (v8), body: the value (v8), blocks
 */
import { fstatSync, readSync, writeSync } from 'node:fs';
import { DefaultDeserializer, DefaultSerializer, deserialize, serialize } from 'node:v8';
import type { Policy } from '../answer/policy.js';
import type { AnswerTable } from '../answer/table.js';
import type { Libc } from '../platform/libc.js';
import type { Endpoint } from './endpoint.js';
import type { TlsTerms } from './secure-context.js';
import type { TcpLimits } from './tcp-admission.js';

export interface HandOver {
  readonly listen: readonly Endpoint[];
  readonly workers: number;
  readonly tcp: TcpLimits;
  readonly tls?: TlsTerms | undefined;
  readonly policy: Policy;
  readonly table: AnswerTable;
}

/** What is larger takes the memory that the next one needs, and longer to copy than is worth it. */
const MOST_OCTETS = 256 << 20;

/**
 * The number of the layout of what is handed over: of the value, and of all words and octets in its blocks. Another layout has
 * another number, so that an upgrade to it begins as any server does. A test holds both against each other.
 */
export const LAYOUT = 6;

const LAYOUT_HERE = `geopool ${LAYOUT} ${process.arch}`;

interface Head {
  readonly layout: string;
  readonly blocks: readonly number[];
  readonly body: number;
}

/** The descriptor of the file; undefined where there is none to be had, or it would be too large. */
export function writeHandOver(libc: Libc, value: HandOver): number | undefined {
  const writer = new BlockWriter();
  writer.writeHeader();
  writer.writeValue(value);
  const body = writer.releaseBuffer();
  const blocks = writer.blocks.map((block) => new Uint8Array(block));
  if (blocks.reduce((sum, { length }) => sum + length, body.length) > MOST_OCTETS) return undefined;
  const head = serialize({
    layout: LAYOUT_HERE,
    blocks: blocks.map(({ length }) => length),
    body: body.length,
  } satisfies Head);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const fd = libc.memfd('geopool');
  if (fd < 0) return undefined;
  try {
    for (const part of [length, head, body, ...blocks]) writeAll(fd, part);
    return fd;
  } catch {
    // No memory for it.
    libc.close(fd);
    return undefined;
  }
}

/** Undefined where the file is none, or is laid out otherwise. The descriptor stays open. */
export function readHandOver(fd: number): HandOver | undefined {
  try {
    if (!fstatSync(fd).isFile()) return undefined;
    let at = 0;
    const read = <T extends Uint8Array>(room: T): T => {
      readAll(fd, room, at);
      at += room.length;
      return room;
    };
    const head: Head = deserialize(read(Buffer.alloc(read(Buffer.alloc(4)).readUInt32LE())));
    if (head.layout !== LAYOUT_HERE) return undefined;
    const body = read(Buffer.alloc(head.body));
    const blocks = head.blocks.map((octets) => {
      const block = new SharedArrayBuffer(octets);
      read(new Uint8Array(block));
      return block;
    });
    const reader = new BlockReader(body, blocks);
    reader.readHeader();
    return reader.readValue();
  } catch {
    // Not whole.
    return undefined;
  }
}

type MakeView = (block: SharedArrayBuffer, at: number, octets: number) => NodeJS.ArrayBufferView;

/** The kinds of views that there are, as the engine calls them. */
const VIEWS: Readonly<Record<string, MakeView>> = {
  DataView: (block, at, octets) => new DataView(block, at, octets),
  Uint8Array: (block, at, octets) => new Uint8Array(block, at, octets),
  Uint16Array: (block, at, octets) => new Uint16Array(block, at, octets / 2),
  Int16Array: (block, at, octets) => new Int16Array(block, at, octets / 2),
  Uint32Array: (block, at, octets) => new Uint32Array(block, at, octets / 4),
  Int32Array: (block, at, octets) => new Int32Array(block, at, octets / 4),
  Float64Array: (block, at, octets) => new Float64Array(block, at, octets / 8),
};
const KINDS = Object.keys(VIEWS);

/** Leaves the memory behind views out, and says of each which part of which block it is. */
class BlockWriter extends DefaultSerializer {
  readonly blocks: ArrayBufferLike[] = [];

  /** Called for each view. */
  _writeHostObject(view: NodeJS.ArrayBufferView): void {
    const { buffer, byteOffset, byteLength } = view;
    const kind = KINDS.indexOf(Object.prototype.toString.call(view).slice('[object '.length, -1));
    if (kind < 0) throw new TypeError('there is no such view in what is handed over');
    const known = this.blocks.indexOf(buffer);
    for (const word of [kind, known < 0 ? this.blocks.push(buffer) - 1 : known, byteOffset, byteLength])
      this.writeUint32(word);
  }
}

class BlockReader extends DefaultDeserializer {
  readonly #blocks: readonly SharedArrayBuffer[];

  constructor(body: Buffer, blocks: readonly SharedArrayBuffer[]) {
    super(body);
    this.#blocks = blocks;
  }

  _readHostObject(): NodeJS.ArrayBufferView {
    const kind = KINDS[this.readUint32()] ?? '';
    const block = this.#blocks[this.readUint32()];
    const at = this.readUint32();
    const make = VIEWS[kind];
    if (block === undefined || make === undefined) throw new RangeError('no such block');
    return make(block, at, this.readUint32());
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function readAll(fd: number, room: Uint8Array, position: number): void {
  for (let at = 0; at < room.length; ) {
    const octets = readSync(fd, room, at, room.length - at, position + at);
    if (octets === 0) throw new RangeError('it is not whole');
    at += octets;
  }
}

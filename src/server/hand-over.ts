/**
 * What a server hands over to its successor, so that the successor answers before it has read and compiled anything: what it
 * answered from, how, and where. It is a file that exists only in memory, and the service manager keeps it. Shared memory is
 * written to it unchanged, block by block. It includes the private keys of signed zones, so it must never be a file on disk.
 * Another version reads it only if its layout of all this is the same.
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

/** A larger one takes memory that the successor needs, and takes longer to copy than it is worth. */
const MOST_OCTETS = 256 << 20;

/**
 * The number of the layout: of the value, and of all words and octets in its blocks. A changed layout gets a new number, so
 * that an upgrade to it starts as any server does. A test checks the number against the layout.
 */
export const LAYOUT = 6;

const LAYOUT_HERE = `geopool ${LAYOUT} ${process.arch}`;

interface Head {
  readonly layout: string;
  readonly blocks: readonly number[];
  readonly body: number;
}

/** Returns the descriptor of the file; undefined if there can be none, or if it would be too large. */
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
    // There is no memory for it.
    libc.close(fd);
    return undefined;
  }
}

/** Returns undefined if the descriptor is no such file, or if its layout is another. The descriptor stays open. */
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
    // The file is not complete.
    return undefined;
  }
}

type MakeView = (block: SharedArrayBuffer, at: number, octets: number) => NodeJS.ArrayBufferView;

/** The kinds of views, by the names that the engine has for them. */
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

/** Leaves out the memory behind views, and writes for each view which part of which block it is. */
class BlockWriter extends DefaultSerializer {
  readonly blocks: ArrayBufferLike[] = [];

  /** V8 calls this for each view. */
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

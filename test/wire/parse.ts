/** Parsing for tests: a message on its own, or somewhere in a larger buffer. */
import { newQuery, parseQuery, type Query, SHAPE } from '../../src/wire/query.js';

export type ShapeName = keyof typeof SHAPE;

/** The shape of a message and what was read of it. */
export function parse(message: Uint8Array, query: Query = newQuery()): { shape: ShapeName; query: Query } {
  return parseAt(message, 0, message.length, query);
}

/** The same of the message at `start` of `buffer`. */
export function parseAt(
  buffer: Uint8Array,
  start: number,
  length: number,
  query: Query = newQuery(),
): { shape: ShapeName; query: Query } {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const number = parseQuery(view, start, length, query);
  const names: ShapeName[] = ['GOOD', 'SILENCE', 'BAD_QUESTION', 'BAD_AFTER_QUESTION', 'NO_QUESTION'];
  const shape = names.find((name) => SHAPE[name] === number);
  if (shape === undefined) throw new Error(`${number} is no shape`);
  return { shape, query };
}

/** What the parser has to say of a message, apart from where it was. Only what its shape lets anybody look at. */
export function digest({ shape, query }: { shape: ShapeName; query: Query }, start: number): string {
  if (shape === 'SILENCE') return shape;
  const header = [shape, query.flags, query.opcode];
  if (shape === 'BAD_QUESTION') return header.join(' ');
  const { subnet, cookie } = query;
  const question = [query.questionEnd - start, query.nameLength, query.labels, query.type, query.class];
  const labels = [...query.labelAt.subarray(0, query.labels)];
  const hashes = [...query.suffixHash.subarray(0, query.labels + 1)];
  const words = cookie.size === 24 ? 6 : cookie.size > 0 ? 2 : 0;
  const options = [query.options, cookie.size, ...cookie.words.subarray(0, words)];
  const edns = [query.edns, query.udpSize, query.ednsVersion, query.dnssecOk, ...options];
  const client = subnet.present
    ? [subnet.family, subnet.source, ...subnet.address.subarray(0, subnet.family === 2 ? 16 : 4)]
    : [];
  if (shape === 'NO_QUESTION') return [header, edns, client].join(' | ');
  return [header, question, labels, hashes, edns, client].join(' | ');
}

/**
 * The challenges that are served, in shared memory of a fixed size that all workers read: a challenge is answered as soon as
 * it is set, without a message or a new table. There are two copies. A change is written to the copy that is not being read,
 * which then becomes the current one. There are few names, so lookups scan them one by one.
 *
 *     word 0      incremented when a change begins and again when it is done
 *     then        copy 0: the number of names; for each name, where it is and where its records are
 *                 copy 1
 */
import { TYPE } from '../wire/codes.js';
import { encodeName, LOWER, MAX_NAME } from '../wire/names.js';
import type { Query } from '../wire/query.js';

/** Seconds that resolvers may cache the records. It is short because the next token must be seen at once. */
export const CHALLENGE_TTL = 1;
/** The most octets of a token: it must fit into one string of a TXT record. */
export const MAX_TOKEN = 255;

/** The most names, the names above them included. */
export const MOST_NAMES = 1024;
const OCTETS = 131_072;

/** The words of a name. They follow the count of their copy. */
const ENTRY = { WORDS: 5, NAME: 0, NAME_LENGTH: 1, RECORDS: 2, LENGTH: 3, COUNT: 4 } as const;
const COPY_WORDS = 1 + MOST_NAMES * ENTRY.WORDS;

/** The challenges in shared memory. */
export interface Challenges {
  readonly words: Int32Array;
  readonly octets: DataView;
}

export function newChallenges(): Challenges {
  const words = new SharedArrayBuffer((1 + 2 * COPY_WORDS) * Int32Array.BYTES_PER_ELEMENT);
  return {
    words: new Int32Array(words),
    // With extra room for a name, in case an entry is compared while it is being written.
    octets: new DataView(new SharedArrayBuffer(2 * OCTETS + MAX_NAME)),
  };
}

/**
 * Serves these tokens from now on, by name, and no others. Names are in lower case, absolute, without trailing dot; tokens
 * are ASCII. Returns false, and changes nothing, if there is no room for them all. Only one thread may call it.
 */
export function replaceChallenges(
  challenges: Challenges,
  tokens: ReadonlyMap<string, readonly string[]>,
): boolean {
  const entries = Array.from(existing(tokens.keys()), (name) => {
    const held = tokens.get(name) ?? [];
    return { name: encodeName(name), records: Buffer.concat(held.map(recordOf)), count: held.length };
  });
  const size = entries.reduce((sum, { name, records }) => sum + name.length + records.length, 0);
  if (entries.length > MOST_NAMES || size > OCTETS) return false;
  const { words, octets } = challenges;
  const next = 1 - turnOf(Atomics.add(words, 0, 1));
  let word = 1 + next * COPY_WORDS;
  let at = next * OCTETS;
  const put = (data: Uint8Array): number => {
    const from = at;
    for (const octet of data) octets.setUint8(at++, octet);
    return from;
  };
  words[word++] = entries.length;
  for (const { name, records, count } of entries) {
    words.set([put(name), name.length, put(records), records.length, count], word);
    word += ENTRY.WORDS;
  }
  Atomics.add(words, 0, 1);
  return true;
}

/**
 * These names and all names above them, which also exist, if only as empty non-terminals (RFC 4592 §2.2.2). Names above the
 * apex of the zone are included, but have no effect.
 */
export function existing(names: Iterable<string>): ReadonlySet<string> {
  const all = new Set<string>();
  for (const name of names)
    for (let at = name; at !== ''; at = at.includes('.') ? at.slice(at.indexOf('.') + 1) : '') all.add(at);
  return all;
}

/** A record whose owner is the question's name. */
function recordOf(token: string): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(TYPE.TXT, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(CHALLENGE_TTL, 6);
  head.writeUInt16BE(token.length + 1, 10);
  head.writeUInt8(token.length, 12);
  return Buffer.concat([head, Buffer.from(token, 'latin1')]);
}

/** Which copy is current at a count. While the count is odd, the other copy is being written. */
function turnOf(version: number): number {
  return (version >> 1) & 1;
}

/** The count to read at. What is read is valid only if `isStill` returns true afterwards. */
export function readingAt({ words }: Challenges): number {
  return Atomics.load(words, 0);
}

/** Whether the copy that was current at `version` has not been written to since. */
export function isStill({ words }: Challenges, version: number): boolean {
  // A read-modify-write, even one that changes nothing: no processor may delay the reads before it until after it.
  return Atomics.or(words, 0, 0) - (version & ~1) <= 2;
}

function countAt({ words }: Challenges, version: number): number {
  return words[1 + turnOf(version) * COPY_WORDS] ?? 0;
}

/** The entry, at `version`, of the name of `length` octets at `from` in the packet; -1 if there is none. */
export function findEntry(
  { words, octets }: Challenges,
  version: number,
  packet: DataView,
  from: number,
  length: number,
): number {
  const copy = 1 + turnOf(version) * COPY_WORDS;
  const end = copy + 1 + (words[copy] ?? 0) * ENTRY.WORDS;
  for (let entry = copy + 1; entry < end; entry += ENTRY.WORDS) {
    if (words[entry + ENTRY.NAME_LENGTH] !== length) continue;
    const name = words[entry + ENTRY.NAME] ?? 0;
    let i = 0;
    while (i < length && LOWER[packet.getUint8(from + i)] === octets.getUint8(name + i)) i++;
    if (i === length) return entry;
  }
  return -1;
}

export const recordsAt = ({ words }: Challenges, entry: number): number => words[entry + ENTRY.RECORDS] ?? 0;
export const recordsLength = ({ words }: Challenges, entry: number): number =>
  words[entry + ENTRY.LENGTH] ?? 0;
export const recordCount = ({ words }: Challenges, entry: number): number => words[entry + ENTRY.COUNT] ?? 0;

/** The length in octets of the longest name, the query's or one above it, that exists because of a challenge; 0: none. */
export function challengedLength(
  challenges: Challenges,
  packet: DataView,
  start: number,
  query: Query,
): number {
  const version = readingAt(challenges);
  if (countAt(challenges, version) === 0) return 0;
  const nameEnd = 12 + query.nameLength;
  for (let label = 0; label < query.labels; label++) {
    const at = query.labelAt[label] ?? 0;
    if (findEntry(challenges, version, packet, start + at, nameEnd - at) < 0) continue;
    return isStill(challenges, version) ? nameEnd - at : 0;
  }
  return 0;
}

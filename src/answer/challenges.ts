/**
 * The challenges that are served, where every worker finds them: shared memory of a fixed size, so that one is answered from
 * the moment that it is given, without a message or another table. There are two copies; a change is written into the one
 * that nobody reads, and then it is that one's turn. Names are few, so they are looked through one by one.
 *
 *     word 0      counts up when a change begins and when it is done
 *     then        copy 0: how many names there are; of each, where it is and where its records are
 *                 copy 1
 */
import { TYPE } from '../wire/codes.js';
import { encodeName, LOWER, MAX_NAME } from '../wire/names.js';
import type { Query } from '../wire/query.js';

/** Seconds that resolvers may keep the records: the next token is wanted at once. */
export const CHALLENGE_TTL = 1;
/** The most octets of a token: it is one string of a TXT record. */
export const MAX_TOKEN = 255;

/** With the names above. */
export const MOST_NAMES = 1024;
const OCTETS = 131_072;

/** The words of a name, behind their copy's count. */
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
    // And room for a name, should one be looked at while it is written.
    octets: new DataView(new SharedArrayBuffer(2 * OCTETS + MAX_NAME)),
  };
}

/**
 * Serves these tokens from now on, by name, and no others: names in lower case, absolute, without trailing dot; tokens in
 * ASCII. Gives false, and nothing has changed, where there is no room for so many. Only one thread may call it.
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

/** These names, and those above, which exist too, if only empty: RFC 4592 §2.2.2. They count where a zone of ours is above. */
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

/** Which copy holds at a count: the other one may be being written, from an odd count on. */
function turnOf(version: number): number {
  return (version >> 1) & 1;
}

/** The count to read at; what is read holds if `isStill` says so afterwards. */
export function readingAt({ words }: Challenges): number {
  return Atomics.load(words, 0);
}

/** Whether the copy that held at `version` has not been written since. */
export function isStill({ words }: Challenges, version: number): boolean {
  // A change of the memory, if only by nothing: what was read before it was read before it, on any processor.
  return Atomics.or(words, 0, 0) - (version & ~1) <= 2;
}

function countAt({ words }: Challenges, version: number): number {
  return words[1 + turnOf(version) * COPY_WORDS] ?? 0;
}

/** The entry, at `version`, of the query's name from the octet `from` of the packet on; -1 where there is none. */
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

/** Octets of the longest name, the query's own or one above it, that is there for a challenge; 0 where none is. */
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

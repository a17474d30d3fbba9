/**
 * The canonical form of names, records and RRsets (RFC 4034 §6). Signatures cover the same octets whatever case and order
 * a server sends them in. Owner names passed to this file are already in lower case.
 */
import { CLASS } from '../wire/codes.js';
import { encodeName, LOWER } from '../wire/names.js';

/** An RRset as its zone has it. The owner of a wildcard keeps its `*`. */
export interface Rrset {
  /** Absolute, in lower case, without trailing dot. */
  readonly owner: string;
  readonly type: number;
  /** Seconds: the original TTL, whatever TTL is served. */
  readonly ttl: number;
  /** The data of each record. */
  readonly data: readonly Uint8Array[];
}

/** Octets before the first name in a record's data, and the number of names. */
type Names = readonly [before: number, count: number];
/** The types whose names are in lower case in canonical form (RFC 4034 §6.2, RFC 6840 §5.1). */
const NAMES: ReadonlyMap<number, Names> = new Map<number, Names>([
  // NS, MD, MF, CNAME, MB, MG, MR, PTR, DNAME.
  ...[2, 3, 4, 5, 7, 8, 9, 12, 39].map((type) => [type, [0, 1]] as const),
  // SOA, MINFO, RP.
  ...[6, 14, 17].map((type) => [type, [0, 2]] as const),
  // MX, AFSDB, RT, KX.
  ...[15, 18, 21, 36].map((type) => [type, [2, 1]] as const),
  // PX, SRV.
  [26, [2, 2]],
  [33, [6, 1]],
]);
/** Its name comes after three character-strings. */
const NAPTR = 35;

/** The data of a record in canonical form. */
export function canonicalData(type: number, data: Uint8Array): Uint8Array {
  const [before, count] = type === NAPTR ? [behindStrings(data, 4, 3), 1] : (NAMES.get(type) ?? [0, 0]);
  if (count === 0) return data;
  const lower = Uint8Array.from(data);
  let at = before;
  for (let i = 0; i < count; i++) {
    // A length octet is at most 63, below any letter, so lowering it changes nothing.
    for (let length = data[at] ?? 0; length > 0; length = data[at] ?? 0)
      for (const end = at + length; at <= end; at++) lower[at] = LOWER[data[at] ?? 0] ?? 0;
    at++;
  }
  return lower;
}

function behindStrings(data: Uint8Array, from: number, count: number): number {
  let at = from;
  for (let i = 0; i < count; i++) at += 1 + (data[at] ?? 0);
  return at;
}

/** All records of an RRset in canonical form and order, without duplicates (RFC 4034 §6.3). */
export function canonicalSet({ owner, type, ttl, data }: Rrset): Uint8Array {
  const name = encodeName(owner);
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(CLASS.IN, 2);
  head.writeUInt32BE(ttl, 4);
  const sorted = data.map((each) => canonicalData(type, each)).sort(Buffer.compare);
  const parts: Uint8Array[] = [];
  for (const [i, each] of sorted.entries()) {
    if (i > 0 && Buffer.compare(each, sorted[i - 1] ?? each) === 0) continue;
    head.writeUInt16BE(each.length, 8);
    parts.push(name, Uint8Array.from(head), each);
  }
  return Buffer.concat(parts);
}

/** The order of names in a zone (RFC 4034 §6.1): by label from the right, a name before the names below it. */
export function compareNames(one: string, other: string): number {
  const labels = one.split('.').reverse();
  const others = other.split('.').reverse();
  for (const [i, label] of labels.entries()) {
    const against = others[i];
    if (against === undefined) return 1;
    if (label !== against) return label < against ? -1 : 1;
  }
  return labels.length - others.length;
}

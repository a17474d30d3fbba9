/**
 * Bodies: the records of an answer as octets that are copied after the question. If a record's owner ends in the zone's
 * name, a pointer leads to that name in the question, which also ends in it. The offset depends on the question, so the body
 * keeps a list of its pointers, and answering completes them (RFC 1035 §4.1.4).
 */
import { CLASS, TYPE } from '../../wire/codes.js';
import { encodeName } from '../../wire/names.js';
import { isWithin } from '../../zone/names.js';

/** A pointer to the question's name, which always directly follows the header. */
const TO_QUESTION = 0xc00c;

export interface AnswerBody {
  readonly octets: Uint8Array;
  /** Pairs: an offset in `octets`, and where the pointer there leads, counted from the question's end. */
  readonly pointers: readonly number[];
  /** Octets without the records of the additional section that may be left out. */
  readonly required: number;
  readonly an: number;
  readonly ns: number;
  readonly ar: number;
  /** How many records of the additional section may not be left out. */
  readonly glue: number;
  /** Where the target name of its last CNAME is; -1: it has none. */
  readonly aliasAt: number;
}

/** Answer, authority, additional; `glue` is the part of the additional section that may not be left out. */
export type Section = 'an' | 'ns' | 'glue' | 'ar';

export interface Entry {
  readonly owner: Owner;
  readonly type: number;
  readonly ttl: number;
  /** The TTL that is signed in its place (RFC 4034 §3.1.4); absent: the same. */
  readonly originalTtl?: number;
  readonly data: Uint8Array;
  readonly section: Section;
}

/**
 * A record's owner: the question's name, a name of the zone, or the data of an earlier record of the body (a CNAME's).
 * `name` is the name in the zone that has the record, which may be a `*` that answers for the owner.
 */
export type Owner =
  | { readonly kind: 'question'; readonly name: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'data'; readonly of: Entry; readonly name: string };

/**
 * Writes the records in the order of their sections, for names of `zone`. All names in questions for this body end in
 * `asked`.
 */
export function writeBody(entries: readonly Entry[], zone: string, asked = zone): AnswerBody {
  const octets: number[] = [];
  const pointers: number[] = [];
  const dataAt = new Map<Entry, number>();
  const counts = { an: 0, ns: 0, glue: 0, ar: 0 };
  let required = 0;
  let aliasAt = -1;
  for (const entry of entries) {
    const { owner } = entry;
    const suffix = owner.kind === 'name' && isWithin(owner.name, asked) ? asked : zone;
    writeOwner(owner, suffix, octets, pointers, dataAt);
    push16(octets, entry.type);
    push16(octets, CLASS.IN);
    push16(octets, entry.ttl >>> 16);
    push16(octets, entry.ttl & 0xffff);
    push16(octets, entry.data.length);
    dataAt.set(entry, octets.length);
    if (entry.type === TYPE.CNAME) aliasAt = octets.length;
    for (const octet of entry.data) octets.push(octet);
    counts[entry.section]++;
    if (entry.section !== 'ar') required = octets.length;
  }
  const ar = counts.glue + counts.ar;
  return { octets: Uint8Array.from(octets), pointers, required, ...counts, ar, aliasAt };
}

function writeOwner(
  owner: Owner,
  suffix: string,
  octets: number[],
  pointers: number[],
  dataAt: ReadonlyMap<Entry, number>,
): void {
  if (owner.kind === 'question') {
    push16(octets, TO_QUESTION);
    return;
  }
  if (owner.kind === 'data') {
    pointers.push(octets.length, dataAt.get(owner.of) ?? 0);
    push16(octets, 0);
    return;
  }
  // The question ends in that name, followed by its type and class.
  const apex = encodeName(suffix);
  const wire = encodeName(owner.name);
  for (const octet of wire.subarray(0, wire.length - apex.length)) octets.push(octet);
  pointers.push(octets.length, -4 - apex.length);
  push16(octets, 0);
}

function push16(octets: number[], value: number): void {
  octets.push((value >> 8) & 0xff, value & 0xff);
}

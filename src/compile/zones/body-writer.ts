/**
 * Bodies: the records of an answer as octets that answering copies behind the question. Where a record's owner ends in
 * the zone's name, a pointer leads there: into the question, which ends in that name too. How far that is depends on the
 * question, so the body keeps a list of its pointers, and answering completes them (RFC 1035 §4.1.4).
 */
import { CLASS } from '../wire/codes.js';
import { encodeName } from '../wire/names.js';

/** A pointer to the question's name: right behind the header, whatever the question is. */
const TO_QUESTION = 0xc00c;

export interface Body {
  readonly octets: Uint8Array;
  /** Pairs: an offset in `octets`, and where it leads, counted from the question's end. */
  readonly pointers: readonly number[];
  /** Octets without the additional section. */
  readonly required: number;
  readonly an: number;
  readonly ns: number;
  readonly ar: number;
}

export type Section = 'an' | 'ns' | 'ar';

export interface Entry {
  /** The owner: 'question' is the name that was asked for, whatever it is. */
  readonly owner: Owner;
  readonly type: number;
  readonly ttl: number;
  readonly data: Uint8Array;
  readonly section: Section;
}

/** A name as an owner: the question's, a name of the zone, or the data of an earlier record of the body (a CNAME's). */
export type Owner =
  | { readonly kind: 'question' }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'data'; readonly entry: number };

/**
 * Writes the records in the order of their sections (answer, authority, additional) for names of `zone`. `dataAt` says
 * where each one's data is, counted from the body's start.
 */
export function writeBody(
  entries: readonly Entry[],
  zone: string,
): { body: Body; dataAt: readonly number[] } {
  const octets: number[] = [];
  const pointers: number[] = [];
  const dataAt: number[] = [];
  const counts = { an: 0, ns: 0, ar: 0 };
  let required = 0;
  for (const entry of entries) {
    writeOwner(entry.owner, zone, octets, pointers, dataAt);
    push16(octets, entry.type);
    push16(octets, CLASS.IN);
    push16(octets, entry.ttl >>> 16);
    push16(octets, entry.ttl & 0xffff);
    push16(octets, entry.data.length);
    dataAt.push(octets.length);
    for (const octet of entry.data) octets.push(octet);
    counts[entry.section]++;
    if (entry.section !== 'ar') required = octets.length;
  }
  return { body: { octets: Uint8Array.from(octets), pointers, required, ...counts }, dataAt };
}

function writeOwner(
  owner: Owner,
  zone: string,
  octets: number[],
  pointers: number[],
  dataAt: readonly number[],
): void {
  if (owner.kind === 'question') {
    push16(octets, TO_QUESTION);
    return;
  }
  if (owner.kind === 'data') {
    pointers.push(octets.length, dataAt[owner.entry] ?? 0);
    push16(octets, 0);
    return;
  }
  // The question ends in the zone's name; behind that are its type and class.
  const apex = encodeName(zone);
  const wire = encodeName(owner.name);
  for (const octet of wire.subarray(0, wire.length - apex.length)) octets.push(octet);
  pointers.push(octets.length, -4 - apex.length);
  push16(octets, 0);
}

function push16(octets: number[], value: number): void {
  octets.push((value >> 8) & 0xff, value & 0xff);
}

/**
 * Proofs for validators that a name or type does not exist, or that no name closer than the wildcard that answered does
 * (RFC 4035 §3.1.3): NSEC records with their RRSIGs. Each is stored once, not once per answer, and is appended to the
 * authority section of the answers that need it. All are in one array of words:
 *
 *     by the number of a signed answer    where its list is, or 0
 *     lists                               of an answer: a count, and its proofs
 *                                         of a node (NODE.GAPS): the number of names right below it, their nodes in
 *                                         canonical order, and the proofs of the gaps before, between and after them
 *     proofs                              PROOF.WORDS words each
 */
import { LOWER } from '../wire/names.js';
import { HEADER, type Query } from '../wire/query.js';
import { copyOctets } from './copy-octets.js';
import type { Responder } from './responder.js';
import { setPointers } from './set-pointers.js';
import { ANSWER, type AnswerTable, nodeGaps, nodeName, nodeNameLength } from './table.js';

/** The words of a proof: its records in `bodies`, its first pair in `pointers` and the number of pairs. */
export const PROOF = { WORDS: 4, BODY: 0, LENGTH: 1, POINTERS: 2, POINTER_COUNT: 3 } as const;

/** How many records a proof has: an NSEC and its RRSIG. */
const RECORDS = 2;

/**
 * The proof that the question's name has no existing name right below `encloser`, its closest encloser; 0 if there is no
 * such proof.
 */
export function findGap(
  packet: DataView,
  start: number,
  query: Query,
  { names, proofs }: AnswerTable,
  encloser: number,
): number {
  const { nodes, octets } = names;
  const list = nodeGaps(nodes, encloser);
  if (list === 0) return 0;
  const end = HEADER + query.nameLength - nodeNameLength(nodes, encloser);
  let label = start + HEADER;
  while (label + packet.getUint8(label) + 1 - start < end) label += packet.getUint8(label) + 1;
  const children = proofs[list] ?? 0;
  let low = 0;
  let high = children;
  while (low < high) {
    const middle = (low + high) >> 1;
    const child = nodeName(nodes, proofs[list + 1 + middle] ?? 0);
    if (compareLabels(packet, label, octets, child) < 0) high = middle;
    else low = middle + 1;
  }
  return proofs[list + 1 + children + low] ?? 0;
}

/** RFC 4034 §6.1: as octet strings in lower case, a missing octet before a zero. `other` is in lower case already. */
function compareLabels(packet: DataView, label: number, octets: DataView, other: number): number {
  const length = packet.getUint8(label);
  const otherLength = octets.getUint8(other);
  const both = Math.min(length, otherLength);
  for (let i = 1; i <= both; i++) {
    const difference = (LOWER[packet.getUint8(label + i)] ?? 0) - octets.getUint8(other + i);
    if (difference !== 0) return difference;
  }
  return length - otherLength;
}

/** Octets of the proofs that belong to an answer if DO is set, including the reply's gap. */
export function proofsLength({ table, reply }: Responder, answer: number): number {
  const { proofs } = table;
  const list = listOf(table, answer);
  const count = list === 0 ? 0 : (proofs[list] ?? 0);
  let length = 0;
  let gap = reply.gap;
  for (let i = 1; i <= count; i++) {
    const proof = proofs[list + i] ?? 0;
    if (proof === gap) gap = 0;
    length += proofLength(proofs, proof);
  }
  return gap === 0 ? length : length + proofLength(proofs, gap);
}

/** Writes the proofs at `from`, and the section's count: theirs plus the `before` that it has. Returns the offset after. */
export function writeProofs(
  packet: DataView,
  start: number,
  from: number,
  responder: Responder,
  answer: number,
  before: number,
): number {
  const { table, reply } = responder;
  const { proofs } = table;
  const list = listOf(table, answer);
  const count = list === 0 ? 0 : (proofs[list] ?? 0);
  let at = from;
  let records = before;
  let gap = reply.gap;
  for (let i = 1; i <= count; i++) {
    const proof = proofs[list + i] ?? 0;
    if (proof === gap) gap = 0;
    at = writeProof(packet, start, at, responder, proof);
    records += RECORDS;
  }
  if (gap !== 0) {
    at = writeProof(packet, start, at, responder, gap);
    records += RECORDS;
  }
  packet.setUint16(start + 8, records);
  return at;
}

function writeProof(
  packet: DataView,
  start: number,
  at: number,
  { query, table }: Responder,
  proof: number,
): number {
  const { bodies, pointers, proofs } = table;
  const length = proofLength(proofs, proof);
  copyOctets(bodies, proofs[proof + PROOF.BODY] ?? 0, packet, at, length);
  const first = proofs[proof + PROOF.POINTERS] ?? 0;
  const count = proofs[proof + PROOF.POINTER_COUNT] ?? 0;
  setPointers(packet, at, length, pointers, first, count, query.questionEnd - start);
  return at + length;
}

function proofLength(proofs: Int32Array, proof: number): number {
  return proofs[proof + PROOF.LENGTH] ?? 0;
}

/** Where the list of a signed answer is, or 0. */
function listOf({ signedFrom, proofs }: AnswerTable, answer: number): number {
  return signedFrom === 0 ? 0 : (proofs[(answer - signedFrom) / ANSWER.WORDS] ?? 0);
}

/**
 * Finds the node of a name: its own if it exists, else the closest one above it (RFC 1034 §4.3.2, RFC 4592 §3.3.1). The
 * query already has the hashes of all its suffixes, so each step is one lookup in the table.
 */
import { isSameName } from '../wire/names.js';
import type { Query } from '../wire/query.js';
import { type NameTable, NODE, nodeName, nodeNameLength } from './table.js';

/** The node of the query's name from its label `label` on, or -1. */
export function findNode(
  packet: DataView,
  start: number,
  query: Query,
  label: number,
  names: NameTable,
): number {
  const { slots } = names;
  const mask = (slots.length >> 1) - 1;
  const hash = query.suffixHash[label] ?? 0;
  let slot = hash & mask;
  for (;;) {
    const node = (slots[slot * 2 + 1] ?? 0) - 1;
    if (node < 0) return -1;
    if (slots[slot * 2] === hash && sameName(packet, start, query, label, names, node * NODE.WORDS)) {
      return node * NODE.WORDS;
    }
    slot = (slot + 1) & mask;
  }
}

/**
 * The closest node above the query's name, which has none itself; -1 if not even a zone's apex is above it.
 */
export function findClosestEncloser(packet: DataView, start: number, query: Query, names: NameTable): number {
  for (let label = 1; label <= query.labels; label++) {
    const node = findNode(packet, start, query, label, names);
    if (node >= 0) return node;
  }
  return -1;
}

function sameName(
  packet: DataView,
  start: number,
  query: Query,
  label: number,
  names: NameTable,
  node: number,
): boolean {
  const { nodes } = names;
  const length = nodeNameLength(nodes, node);
  // Offsets of labels are relative to the packet's start; the root's label follows the last one.
  const from = label === query.labels ? 12 + query.nameLength - 1 : (query.labelAt[label] ?? 0);
  if (length !== 12 + query.nameLength - from) return false;
  return isSameName(packet, start + from, names, nodeName(nodes, node), length);
}

/**
 * The AnswerTable: everything that answering reads, prepared by the compiler and never changed after it is published. It is
 * typed arrays over shared memory, so that every worker reads the same bytes, and handing a generation to a worker costs
 * a message and no copy.
 *
 *     question's name ─ NameTable ─▶ node ─ its type ─▶ answer ─┬─▶ body: records ready to copy
 *                                                              └─▶ pool: map ─▶ catchment ─▶ row ─▶ addresses
 *
 * What changes by the second, the state of a pool's addresses, is kept separately (pool-state.ts). Rows are worked out from
 * both.
 */

import type { ZoneKey } from '../dnssec/keys.js';
import type { Family, PanicAction } from '../platform/types.js';
import type { FoldedNames } from '../wire/names.js';
import type { Catchments } from './catchments.js';

export interface AnswerTable {
  /** Incremented with every table; a generation is always complete. */
  readonly generation: number;
  readonly names: NameTable;
  /** ANSWER.WORDS words per answer. */
  readonly answers: Int32Array;
  /** Pairs of words: an offset in a body, and what to add to the end of the question to get the target of the pointer. */
  readonly pointers: Int32Array;
  /** The records of all bodies, one after the other. */
  readonly bodies: DataView;
  /** If a zone is signed: words from each answer to the one that replaces it if DO is set. Else 0. */
  readonly signedFrom: number;
  /** The proofs for denials and wildcards of signed zones; see proofs.ts. */
  readonly proofs: Int32Array;
  /** One for each pool and family that has addresses. */
  readonly pools: readonly PoolTable[];
  /** The state of the pools' addresses; see pool-state.ts. */
  readonly state: Int32Array;
  /** If any zone has reflection: what it looks up. */
  readonly reflection?: Reflection | undefined;
}

/** What a reflection looks up. */
export interface Reflection {
  /** Its catchments are countries, by the two octets of their codes; 0: unknown. */
  readonly countries: LocationMap;
  /** If there is an AS number database: the network's owner as an index into `numbers`; 0: none. */
  readonly asns?: { readonly map: LocationMap; readonly numbers: Uint32Array };
}

/** Names by hash: open addressing over pairs of words, a hash and a node's number + 1 (0: the slot is empty). */
export interface NameTable extends FoldedNames {
  /** The number of pairs is a power of two. */
  readonly slots: Int32Array;
  /** NODE.WORDS words per node. */
  readonly nodes: Int32Array;
}

/** The words of a node: a name that exists, if only because a name below it does. No node crosses a cache line. */
export const NODE = {
  WORDS: 8,
  /** Where its name is in `octets`. */
  NAME: 0,
  NAME_LENGTH: 1,
  /** Its first answer, and how many it has. */
  FIRST: 2,
  COUNT: 3,
  /** The answer for any type that it does not have, or UNSERVED. */
  NODATA: 4,
  /** The answer for names below it that do not exist, or UNSERVED. */
  MISSING: 5,
  /** The node of `*` below it, which answers for names that do not exist (RFC 4592), or -1. */
  WILDCARD: 6,
  /** Where in `proofs` its children are, and the proofs that there are no others; 0: there are none. */
  GAPS: 7,
} as const;

export const nodeName = (nodes: Int32Array, node: number): number => nodes[node + NODE.NAME] ?? 0;
export const nodeNameLength = (nodes: Int32Array, node: number): number =>
  nodes[node + NODE.NAME_LENGTH] ?? 0;
export const nodeGaps = (nodes: Int32Array, node: number): number => nodes[node + NODE.GAPS] ?? 0;

/** In place of an answer: the name is in one of our zones, which has nothing to serve at present. */
export const UNSERVED = -2;

/**
 * The words of an answer, one cache line: what a name has for one type. They are read in one place only, respond.ts, which
 * has no accessor functions for them: V8 inlines only so much into one function, and with fourteen more an answer took a
 * fifth longer.
 */
export const ANSWER = {
  WORDS: 16,
  TYPE: 0,
  /** What it sets in the header's flags: AA, unless it is a referral, and the rcode. */
  FLAGS: 1,
  /** Its records in `bodies`. */
  BODY: 2,
  /** Their octets in total. */
  LENGTH: 3,
  /** Octets without what may be omitted if it does not fit: the additional section, except glue. */
  REQUIRED: 4,
  AN: 5,
  NS: 6,
  AR: 7,
  /** Its first pair in `pointers`, and how many it has. */
  POINTERS: 8,
  POINTER_COUNT: 9,
  /**
   * The pool whose addresses follow the body's answers; or -1; or REFLECTION; or `guardedBy` a pool, if clients that the
   * pool refuses get REFUSED.
   */
  POOL: 10,
  /** The offset of those addresses' owner name from the end of the question, or -1 for the question's own name. */
  POOL_OWNER: 11,
  /** The answer to give instead if the pool has no mirror for this client, or UNSERVED. */
  EMPTY: 12,
  /** The answer to give instead if the pool's would be for some clients only: only the alias that leads there. -1: none. */
  ALIAS: 13,
  /** How many records of its additional section are glue. */
  GLUE: 14,
  /** If it is a reflection: the pool whose scope it reports, or -1. */
  REFLECTED: 15,
  /** Otherwise: the answer to give instead to clients that the pool refuses, or -1 for REFUSED. */
  REFUSED: 15,
} as const;

/** In place of a pool: the answer is what the server saw of the client. */
export const REFLECTION = -2;

/** In place of a pool's number, if the pool guards a type other than addresses. The function is its own inverse. */
export const guardedBy = (pool: number): number => -3 - pool;

/** Leads from an address to its catchment in a pool; see src/answer/locate.ts. */
export interface LocationMap {
  /**
   * The words of a prefix tree (src/ip/prefix-tree.ts), as signed numbers. Its leaves are catchments; or, if geographies
   * share the tree, classes of clients that none of them tells apart.
   */
  readonly map: Int32Array;
  /** Like those words, but a leaf is a catchment. */
  readonly ipv6Root: number;
  /**
   * Where the first `firstLevelBits` of an IPv4 address lead: to a node of the map, or to a leaf at that depth or above,
   * which is a catchment with its depth in bits 23 to 30.
   */
  readonly firstLevel: Int32Array;
  readonly firstLevelBits: number;
  /** The catchment of each class, or ~ it where special-purpose addresses are ignored. Empty if leaves are catchments. */
  readonly cells: Int16Array | Int32Array;
  /** A bit for each node of a shared tree below which everything is in one catchment; empty if that is not known. */
  readonly uniform: Int32Array;
  /** If very many geographies share a tree: its IPv4 side for strides.ts. Else empty. */
  readonly strides: Int32Array;
  /** Then, by the first SCOPE_BITS of an IPv4 address: the depth from which on there is one catchment; 0: not that early. */
  readonly scopes: Uint8Array;
}

export const SCOPE_BITS = 12;

/** Identifies a pool over generations: the owner name alone would be ambiguous if one zone is inside another. */
export interface PoolName {
  readonly zone: string;
  readonly owner: string;
  readonly family: Family;
  /** The owner name of the pool from which users choose it. */
  readonly chosenFrom?: string;
}

/** Identifies a pool across tables. Its owner name alone would not do if one zone is inside another. */
export function poolKey({ zone, owner, family }: PoolName): string {
  return `${family} ${zone} ${owner}`;
}

/** What a pool does in panic, by number. */
export const PANIC = { ANSWER: 0, BACKUP: 1, SERVFAIL: 2 } as const;
export const PANIC_ACTIONS: readonly PanicAction[] = ['answer', 'backup', 'servfail'];

/** The part of a pool that determines its rows. */
export interface PoolRules {
  readonly catchments: Catchments;
  /** The most addresses in an answer, and the largest part of a client's downloads for one mirror. */
  readonly answers: number;
  readonly maxShare: number;
  /** What happens if none of a client's candidates is up; see PANIC. */
  readonly panic: number;
  /** Seconds. */
  readonly ttl: number;
  /** By candidate; and the candidates, the heaviest first. */
  readonly weights: Float64Array;
  readonly byWeight: Uint32Array;
  /** By candidate, the number of its first address; plus one entry for the end of the last. */
  readonly firstAddress: Uint32Array;
  /** Where its state is. */
  readonly stateAt: number;
}

/** The number of a candidate's first address; for the number after the last candidate, how many addresses there are. */
export const firstAddressOf = ({ firstAddress }: PoolRules, candidate: number): number =>
  firstAddress[candidate] ?? 0;

/** The part of a zone's key that signs sets. */
export type SigningKey = Pick<ZoneKey, 'algorithm' | 'tag' | 'privateKey'>;

/** What one pool answers in one family. */
export interface PoolTable extends LocationMap, PoolRules {
  readonly name: PoolName;
  /** How many counters it has: one per catchment, or 1 if the catchments are counted together. */
  readonly counted: number;
  /** Its addresses in network order, one after the other, in the order of its candidates. */
  readonly addresses: DataView;
  /** Octets of one of them: 4 or 16. */
  readonly addressLength: number;
  /** The key that signs its sets, if its zone is signed. */
  readonly signing?: SigningKey | undefined;
  /** The text for clients that it refuses; empty: none. */
  readonly refusalText: string;
}

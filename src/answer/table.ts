/**
 * The AnswerTable: all that answering reads, prepared by the compiler and never changed after it is published. It is
 * typed arrays over shared memory, so that every worker reads the same bytes, and handing a generation to a worker costs
 * a message and no copy.
 *
 *     question's name ─ NameTable ─▶ node ─ its type ─▶ answer ─┬─▶ body: records ready to copy
 *                                                              └─▶ pool: map ─▶ catchment ─▶ row ─▶ addresses
 *
 * What changes by the second, who of a pool stands and how, is beside it (pool-state.ts), and rows are worked out from both.
 */

import type { ZoneKey } from '../dnssec/keys.js';
import type { Family, PanicAction } from '../platform/types.js';
import type { FoldedNames } from '../wire/names.js';
import type { Catchments } from './catchments.js';

export interface AnswerTable {
  /** Counts up; every generation is whole. */
  readonly generation: number;
  readonly names: NameTable;
  /** ANSWER.WORDS words an answer. */
  readonly answers: Int32Array;
  /** Pairs of words: an offset in a body, and what to add to the question's end to get where its pointer leads. */
  readonly pointers: Int32Array;
  /** The records of all bodies, back to back. */
  readonly bodies: DataView;
  /** Where a zone is signed: words from each answer to what is said in its place where DO is set. Else 0. */
  readonly signedFrom: number;
  /** What proves denials and wildcards of signed zones; see proofs.ts. */
  readonly proofs: Int32Array;
  /** One for each pool and family that has addresses. */
  readonly pools: readonly PoolTable[];
  /** How the addresses of the pools stand, by pool-state.ts. */
  readonly state: Int32Array;
  /** Where some zone reflects: what is told of who asks. */
  readonly reflection?: Reflection | undefined;
}

/** What a reflection looks up. */
export interface Reflection {
  /** Its catchments are countries, by the two octets of their codes; 0: unknown. */
  readonly countries: LocationMap;
  /** Where there is a database of them: whose an address is, by an index into `numbers`; 0 for nobody's. */
  readonly asns?: { readonly map: LocationMap; readonly numbers: Uint32Array };
}

/** Names by hash: open addressing over pairs of words, a hash and a node's number + 1 (0: the slot is empty). */
export interface NameTable extends FoldedNames {
  /** A power of two of pairs. */
  readonly slots: Int32Array;
  /** NODE.WORDS words a node. */
  readonly nodes: Int32Array;
}

/** The words of a node: a name that exists, if only because something below it does. No node is in two lines of a cache. */
export const NODE = {
  WORDS: 8,
  /** Where its name is in `octets`. */
  NAME: 0,
  NAME_LENGTH: 1,
  /** Its first answer, and how many follow. */
  FIRST: 2,
  COUNT: 3,
  /** The answer for any type that it does not have, or UNSERVED. */
  NODATA: 4,
  /** The answer for names below it that do not exist, or UNSERVED. */
  MISSING: 5,
  /** The node of `*` below it, which answers for names that do not exist (RFC 4592), or -1. */
  WILDCARD: 6,
  /** Where in `proofs` its children are, and what proves that there are no others; 0: nothing does. */
  GAPS: 7,
} as const;

export const nodeName = (nodes: Int32Array, node: number): number => nodes[node + NODE.NAME] ?? 0;
export const nodeNameLength = (nodes: Int32Array, node: number): number =>
  nodes[node + NODE.NAME_LENGTH] ?? 0;
export const nodeGaps = (nodes: Int32Array, node: number): number => nodes[node + NODE.GAPS] ?? 0;

/** In place of an answer: the name is in a zone of ours, of which nothing can be served for now. */
export const UNSERVED = -2;

/**
 * The words of an answer, one line of a cache: what a name says to one type. Each is read in one place, respond.ts, which has
 * no functions for them: V8 inlines only so much into one function, and with fourteen more an answer took a fifth longer.
 */
export const ANSWER = {
  WORDS: 16,
  TYPE: 0,
  /** Its part of the header's flags: AA, unless it is a referral, and the rcode. */
  FLAGS: 1,
  /** Its records in `bodies`. */
  BODY: 2,
  /** Octets of them all. */
  LENGTH: 3,
  /** Octets without what may be left out where it does not fit: the additional section, but for glue. */
  REQUIRED: 4,
  AN: 5,
  NS: 6,
  AR: 7,
  /** Its first pair in `pointers`, and how many follow. */
  POINTERS: 8,
  POINTER_COUNT: 9,
  /**
   * The pool whose addresses follow the body's answers; or -1; or REFLECTION; or `guardedBy` a pool, whose refused clients get
   * REFUSED.
   */
  POOL: 10,
  /** Where those addresses' owner name is, counted from the question's end, or -1 for the question's own name. */
  POOL_OWNER: 11,
  /** The answer to give instead where the pool has nobody for this client, or UNSERVED. */
  EMPTY: 12,
  /** The answer to give instead where the pool's would be for some clients only, or -1: the alias that leads there, alone. */
  ALIAS: 13,
  /** How many records of its additional section are glue. */
  GLUE: 14,
  /** Of a reflection: the pool whose scope it tells of, or -1. */
  REFLECTED: 15,
  /** Of all others: the answer to give instead to whom the pool refuses, or -1: REFUSED. */
  REFUSED: 15,
} as const;

/** In place of a pool: what the server saw of who asks follows. */
export const REFLECTION = -2;

/** In place of a pool's number, where its refusal is for a type that is no address: from the number, and back. */
export const guardedBy = (pool: number): number => -3 - pool;

/** Leads from an address to its catchment in a pool, by src/answer/locate.ts. */
export interface LocationMap {
  /**
   * The words of a prefix tree (src/ip/prefix-tree.ts), as signed numbers. Its leaves are catchments; or where geographies
   * share the tree, classes of clients whom none of them tells apart.
   */
  readonly map: Int32Array;
  /** As the words, but its leaf is a catchment. */
  readonly ipv6Root: number;
  /**
   * Where the first `firstLevelBits` of an IPv4 address lead: a node of the map, or a leaf that came at that depth or before,
   * a catchment, with its depth in bits 23 to 30.
   */
  readonly firstLevel: Int32Array;
  readonly firstLevelBits: number;
  /** The catchment of each class, ~ where special-purpose addresses are of no account; empty where leaves are catchments. */
  readonly cells: Int16Array | Int32Array;
  /** A bit for each node of a shared tree below which all is one catchment; empty where that is not known. */
  readonly uniform: Int32Array;
  /** Where very many geographies share a tree, its IPv4 side by strides.ts; else empty. */
  readonly strides: Int32Array;
  /** Then, by the first SCOPE_BITS of an IPv4 address, the depth from which on all is one catchment; 0: it is not yet. */
  readonly scopes: Uint8Array;
}

export const SCOPE_BITS = 12;

/** Says which pool it is, over generations: owner names alone would not do where one zone is inside another. */
export interface PoolName {
  readonly zone: string;
  readonly owner: string;
  readonly family: Family;
  /** The owner name of the pool that users choose it from. */
  readonly chosenFrom?: string;
}

/** The words for what a pool does in panic, by number. */
export const PANIC = { ANSWER: 0, BACKUP: 1, SERVFAIL: 2 } as const;
export const PANIC_ACTIONS: readonly PanicAction[] = ['answer', 'backup', 'servfail'];

/** What of a pool decides its rows. */
export interface PoolRules {
  readonly catchments: Catchments;
  /** The most addresses in an answer, and the largest part of a client's downloads for one mirror. */
  readonly answers: number;
  readonly maxShare: number;
  /** Where none of a client's candidates is up; see PANIC. */
  readonly panic: number;
  /** Seconds. */
  readonly ttl: number;
  /** By candidate; and the candidates, the heaviest first. */
  readonly weights: Float64Array;
  readonly byWeight: Uint32Array;
  /** By candidate, the number of its first address; one more for the end of the last. */
  readonly firstAddress: Uint32Array;
  /** Where its state is. */
  readonly stateAt: number;
}

/** The number of a candidate's first address; behind the last candidate, how many addresses there are. */
export const firstAddressOf = ({ firstAddress }: PoolRules, candidate: number): number =>
  firstAddress[candidate] ?? 0;

/** What of a zone's key signs sets. */
export type SigningKey = Pick<ZoneKey, 'algorithm' | 'tag' | 'privateKey'>;

/** What one pool answers in one family. */
export interface PoolTable extends LocationMap, PoolRules {
  readonly name: PoolName;
  /** How many counters it has: as many as catchments, or 1 where they are counted together. */
  readonly counted: number;
  /** Its addresses in the order of its candidates, in network order, one behind the other. */
  readonly addresses: DataView;
  /** Octets of one of them: 4 or 16. */
  readonly addressLength: number;
  /** What its sets are signed with, where its zone is signed. */
  readonly signing?: SigningKey | undefined;
  /** What there is to say to whom it refuses; empty: nothing. */
  readonly refusalText: string;
}

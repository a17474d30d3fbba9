/**
 * What one worker keeps between queries: the generation that it answers from, the query that it parses into, and the rows
 * that it has worked out. It is created once; answering changes numbers in it and allocates nothing.
 */
import type { Random } from '../platform/random.js';
import { newQuery, type Query } from '../wire/query.js';
import type { Peer } from './peer.js';
import { PLAIN_POLICY, type Policy } from './policy.js';
import { indexPools, type PoolIndex } from './pool-index.js';
import { forgetGuesses, forgetLocations, type Prefetched } from './prefetched.js';
import { type LimitScratch, newLimitScratch } from './rate-limit.js';
import { newReply, type ReplyState } from './reply.js';
import { newRows, type Rows } from './rows.js';
import { type CookieScratch, newCookieScratch } from './server-cookie.js';
import { adoptSigners, newSigning, type Signing } from './signing.js';
import { type AnswerTable, nodeName } from './table.js';
import { type Counters, type Hits, newCounters, TALLY, type Tally } from './tally.js';

export interface Responder {
  table: AnswerTable;
  readonly query: Query;
  /** An index of the table's pools. */
  pools: PoolIndex;
  readonly rows: Rows;
  readonly random: Random;
  /** The client's address in network order, where the transport put it. */
  readonly peer: Peer;
  readonly tally: Tally;
  readonly adopted: Int32Array;
  /** The counters of the table's pools. */
  hits: Hits;
  policy: Policy;
  /** Milliseconds since 1970. The transport updates it often enough for cookies. */
  now: number;
  /** Monotonic milliseconds, the same for all workers that share the rate limit. The transport updates it as often. */
  monotonic: number;
  /** Whether the transport is encrypted; set by the TLS worker. */
  encrypted: boolean;
  /** How long a TCP connection may be idle, in tenths of a second (RFC 7828 §3.1); set by the TCP worker. */
  keepalive: number;
  /** The node of the name that the query is expected to ask for. */
  likelyNode: number;
  /** The number of the pool that was asked for last, or -1; for prefetch.ts. */
  lastPool: number;
  /** If queries come in batches: what is known of them in advance, and the slot of the current one. */
  readonly prefetched: Prefetched | undefined;
  slot: number;
  /** The state of the answer that is being made. */
  readonly reply: ReplyState;
  /** The numbers of its addresses in their pool, in the order in which they were drawn. `signing` looks up their set. */
  readonly drawn: Int32Array;
  readonly signing: Signing;
  readonly cookieScratch: CookieScratch;
  readonly limitScratch: LimitScratch;
}

/** A responder that answers from `table` according to `policy`, and counts in `counters`. */
export function newResponder(
  table: AnswerTable,
  random: Random,
  counters: Counters = newCounters(table.pools),
  policy: Policy = PLAIN_POLICY,
  prefetched?: Prefetched,
  rowsOctets?: number,
): Responder {
  const served = alike(table);
  const rows = newRows(rowsOctets);
  // The thread may replace one that died, and goes on with its counters.
  rows.overwritten = counters.tally[TALLY.ROWS_OVERWRITTEN] ?? 0;
  const pools = indexPools(table.pools, counters.hits, rows);
  const signing = newSigning();
  adoptSigners(signing, table.pools, rows.at.length);
  Atomics.store(counters.adopted, 0, table.generation);
  return {
    table: served,
    query: newQuery(served.names),
    pools,
    rows,
    random,
    peer: { bytes: new Uint8Array(16), offset: 0, ipv6: false },
    tally: counters.tally,
    adopted: counters.adopted,
    hits: alikeHits(counters.hits),
    policy: alikePolicy(policy),
    now: 0,
    monotonic: 0,
    encrypted: false,
    keepalive: 0,
    likelyNode: -1,
    lastPool: -1,
    prefetched,
    slot: 0,
    reply: newReply(),
    drawn: signing.wanted.numbers,
    signing,
    cookieScratch: newCookieScratch(),
    limitScratch: newLimitScratch(),
  };
}

/** Sets the address that the next query comes from. */
export function setPeer({ peer }: Responder, bytes: Uint8Array, offset: number, ipv6: boolean): void {
  peer.bytes = bytes;
  peer.offset = offset;
  peer.ipv6 = ipv6;
}

/** Answers from `table` from now on, and counts in `hits`, which are made for it. */
export function adoptTable(responder: Responder, table: AnswerTable, hits: Hits): void {
  const before = responder.table;
  responder.pools = indexPools(table.pools, hits, responder.rows, responder.pools);
  adoptSigners(responder.signing, table.pools, responder.rows.at.length);
  responder.table = alike(table);
  responder.lastPool = -1;
  responder.query.likely.names = responder.table.names;
  responder.query.likely.length = 0;
  const { prefetched } = responder;
  if (prefetched !== undefined) {
    forgetLocations(prefetched);
    if (table.names.nodes !== before.names.nodes) forgetGuesses(prefetched);
  }
  responder.hits = alikeHits(hits);
  Atomics.store(responder.adopted, 0, table.generation);
}

/** Answers according to `policy` from now on. */
export function adoptPolicy(responder: Responder, policy: Policy): void {
  responder.policy = alikePolicy(policy);
}

/**
 * A copy with the same shape as the previous table, as the engine sees it. How an object was made, by a message or by
 * spreading another one, is part of its shape. A new shape made the engine discard the compiled code of answering, and
 * answers were milliseconds late with every generation until it was compiled again.
 */
function alike(table: AnswerTable): AnswerTable {
  const { generation, names, answers, pointers, bodies, signedFrom, proofs, pools, state, reflection } =
    table;
  const { octets, slots, nodes } = names;
  return {
    generation,
    names: { octets, slots, nodes },
    answers,
    pointers,
    bodies,
    signedFrom,
    proofs,
    pools,
    state,
    reflection,
  };
}

function alikePolicy({ cookies, cookieRequired, rateLimit, nsid, chaos, challenges }: Policy): Policy {
  return { cookies, cookieRequired, rateLimit, nsid, chaos, challenges };
}

function alikeHits({ block, starts }: Hits): Hits {
  return { block, starts };
}

/** Expects that the name of this node, which the query asks for, will be asked for again. */
export function expectNode(responder: Responder, node: number): void {
  const { query, table } = responder;
  query.likely.at = nodeName(table.names.nodes, node);
  query.likely.length = query.nameLength;
  responder.likelyNode = node;
}

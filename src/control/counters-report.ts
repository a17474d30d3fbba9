/**
 * What `status` has counted since the start, as JSON: of no client, but of all.
 */
import type { Family } from '../platform/types.js';

/**
 * What was counted since the start, of no client but of all in a catchment. Each query came to one rcode, to silence or to
 * nothing because it was too many.
 */
export interface CountersReport {
  /** By transport and by the family of the client's address. */
  readonly queries: Readonly<Record<'udp' | 'tcp' | 'tls', Readonly<Record<Family, number>>>>;
  /** Answers by the name of their rcode; those that there were. */
  readonly rcodes: Readonly<Record<string, number>>;
  /** Queries with an EDNS client subnet. */
  readonly with_subnet: number;
  /** Answers that did not fit in a datagram. */
  readonly truncated: number;
  /** Messages that no answer is due to. */
  readonly silent: number;
  /**
   * Messages that were not looked at: from port 0, from this server's own address and port or from a broadcast or
   * multicast address, too large, or out of step on TCP.
   */
  readonly dropped: number;
  /** Answers that could not be sent, and TCP connections that broke. */
  readonly send_errors: number;
  readonly cookies: CookieReport;
  readonly rate_limited: RateLimitReport;
  readonly tcp: TcpReport;
  readonly tls: TlsCountersReport;
  readonly rows: RowsReport;
  readonly signed_sets: SignedSetsReport;
  readonly pools: readonly PoolCountersReport[];
}

/** Queries with a DNS cookie: with none of ours yet, with one that is no good (any more), with a good one. */
export interface CookieReport {
  readonly client_only: number;
  readonly invalid: number;
  readonly valid: number;
}

/** UDP queries that were too many for their client or its network. */
export interface RateLimitReport {
  /** Answered with TC and nothing else, so that a client that exists comes again over TCP. */
  readonly truncated: number;
  /** Answered with BADCOOKIE and a good cookie, with which the client is limited no more. */
  readonly bad_cookie: number;
  /** Not answered. */
  readonly dropped: number;
  /** Answered as ever, since limiting is only tried. */
  readonly dry_run: number;
  /** All of them by the size of the network that had too many, such as ipv4/24; those that there were. */
  readonly networks: Readonly<Record<string, number>>;
}

/** Connections over TCP, or over TLS. */
export interface TcpReport {
  /** Now. */
  readonly open: number;
  readonly opened: number;
  /** Those that the server ended: without a query for too long, with one that did not become whole, with answers that
   * nobody took, or idle longest when there was no room for another, in all or from its network. */
  readonly ended: {
    readonly idle: number;
    readonly slow: number;
    readonly unread: number;
    readonly crowded: number;
    readonly network_crowded: number;
  };
}

/** Connections over TLS, and the handshakes that they began with. */
export interface TlsCountersReport extends TcpReport {
  readonly handshakes: {
    readonly full: number;
    /** Made short by a session from before. */
    readonly resumed: number;
    readonly failed: number;
    /** Not begun: too many of their network. */
    readonly refused: number;
  };
}

/**
 * What the workers keep of who may be answered to the clients of a catchment, and how often. A row is worked out when it is
 * asked for and where somebody in it has changed.
 */
export interface RowsReport {
  readonly worked_out: number;
  /** Those that gave their place to others: memory is full, and is filled anew from its start. */
  readonly overwritten: number;
  /** Octets, of all workers, and how many they may come to. */
  readonly memory: number;
  readonly memory_limit: number;
}

/** Answers of signed pools. */
export interface SignedSetsReport {
  /** Their addresses were signed for them, or had been signed before. */
  readonly signed: number;
  readonly known: number;
  /** They had others that had been signed before, since too many were to be signed. */
  readonly stood_in: number;
}

export interface PoolCountersReport {
  readonly zone: string;
  /** The owner name, absolute. */
  readonly name: string;
  readonly family: Family;
  /** Answers with addresses of the pool, those to names by which users choose from it among them. */
  readonly answers: number;
  /** Answers to clients whom it refuses, likewise. */
  readonly refused: number;
  /** Those of `answers` that were to such names; absent: there are none. */
  readonly chosen?: number;
  /** Those to its own name by catchment, since zones or databases last changed; one number where there are too many to count apart. */
  readonly catchments: readonly number[];
  /** Answers that had each of its addresses, in the order of the zone file, for as long as it is in the pool. */
  readonly addresses: readonly number[];
}

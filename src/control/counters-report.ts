/**
 * The counters in `status`, as JSON.
 */
import type { Family } from '../platform/types.js';

/**
 * The counters since the start. No single client is counted, only all in a catchment. Each query ended in one rcode, without
 * an answer, or dropped because it was one too many.
 */
export interface CountersReport {
  /** By transport and by the family of the client's address. */
  readonly queries: Readonly<Record<'udp' | 'tcp' | 'tls', Readonly<Record<Family, number>>>>;
  /** Answers by the name of their rcode; only rcodes that occurred. */
  readonly rcodes: Readonly<Record<string, number>>;
  /** Queries with an EDNS client subnet. */
  readonly with_subnet: number;
  /** Answers that did not fit in a datagram. */
  readonly truncated: number;
  /** Messages that must not be answered. */
  readonly silent: number;
  /**
   * Messages that were not processed: from port 0, from this server's own address and port or from a broadcast or multicast
   * address, too large, or out of step on TCP.
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

/** Queries with a DNS cookie: with only a client cookie, with an invalid or expired server cookie, with a valid one. */
export interface CookieReport {
  readonly client_only: number;
  readonly invalid: number;
  readonly valid: number;
}

/** UDP queries that exceeded the limit of their client or its network. */
export interface RateLimitReport {
  /** Answered with TC and no records, so that a client with a genuine address retries over TCP. */
  readonly truncated: number;
  /** Answered with BADCOOKIE and a valid cookie, with which the client is no longer limited. */
  readonly bad_cookie: number;
  /** Not answered. */
  readonly dropped: number;
  /** Answered as usual, since the limit is only tried. */
  readonly dry_run: number;
  /** All of these by the prefix length of the network that exceeded the limit, such as ipv4/24; only those that occurred. */
  readonly networks: Readonly<Record<string, number>>;
}

/** Connections over TCP, or over TLS. */
export interface TcpReport {
  /** Now. */
  readonly open: number;
  readonly opened: number;
  /**
   * Those that the server closed: idle or with an incomplete query for too long, with answers that were not read, or the
   * longest idle when there was no room for another, in total or in its network.
   */
  readonly ended: {
    readonly idle: number;
    readonly slow: number;
    readonly unread: number;
    readonly crowded: number;
    readonly network_crowded: number;
  };
}

/** Connections over TLS, and their handshakes. */
export interface TlsCountersReport extends TcpReport {
  readonly handshakes: {
    readonly full: number;
    /** Shortened by resuming an earlier session. */
    readonly resumed: number;
    readonly failed: number;
    /** Not begun: too many in their network. */
    readonly refused: number;
  };
}

/**
 * The rows that workers keep: which mirrors may be answered to the clients of a catchment, and how often. A row is worked
 * out when a query needs it and one of its mirrors has changed since.
 */
export interface RowsReport {
  readonly worked_out: number;
  /** Rows overwritten by others: memory was full, and is filled again from its start. */
  readonly overwritten: number;
  /** Octets, over all workers, and their limit. */
  readonly memory: number;
  readonly memory_limit: number;
}

/** Answers from signed pools. */
export interface SignedSetsReport {
  /** Their sets of addresses were signed for them, or had been signed before. */
  readonly signed: number;
  readonly known: number;
  /** Another set, signed before, was used instead, since too many had to be signed. */
  readonly stood_in: number;
}

export interface PoolCountersReport {
  readonly zone: string;
  /** The owner name, absolute. */
  readonly name: string;
  readonly family: Family;
  /** Answers with addresses of the pool, including those to names by which users choose from it. */
  readonly answers: number;
  /** Answers to clients that the pool refuses, again including those names. */
  readonly refused: number;
  /** The part of `answers` to such names; absent: the pool has none. */
  readonly chosen?: number;
  /** Answers to its own name by catchment, since zones or databases last changed; one number if there are too many. */
  readonly catchments: readonly number[];
  /** Answers that included each of its addresses, in the order of the zone file, since the address is in the pool. */
  readonly addresses: readonly number[];
}

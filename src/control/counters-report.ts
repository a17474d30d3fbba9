/**
 * What `status` has counted since the start, as JSON: of no client, but of all.
 */
import type { Family } from '../facts.js';

/**
 * What was counted since the start, of no client but of all in a catchment. Each query came to one rcode, to silence or to
 * nothing because it was too many.
 */
export interface CountersReport {
  /** By transport and by the family of the client's address. */
  readonly queries: Readonly<Record<'udp' | 'tcp', Readonly<Record<Family, number>>>>;
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
  readonly rows: RowsReport;
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

/** TCP connections. */
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

export interface PoolCountersReport {
  readonly zone: string;
  /** The owner name, absolute. */
  readonly name: string;
  readonly family: Family;
  /** Answers with addresses of the pool. */
  readonly answers: number;
  /** The same by catchment, since zones or databases last changed; one number where there are too many to count apart. */
  readonly catchments: readonly number[];
  /** Answers that had each of its addresses, in the order of the zone file, for as long as it is in the pool. */
  readonly addresses: readonly number[];
}

/**
 * What all workers together have counted since the start.
 */
import { SIZES } from '../answer/rate-limit.js';
import { ROWS_OCTETS } from '../answer/rows.js';
import type { PoolName } from '../answer/table.js';
import { RCODES, TALLY } from '../answer/tally.js';
import type { Family } from '../platform/types.js';
import type { CloseReason } from './tcp-admission.js';

export type Protocol = 'udp' | 'tcp' | 'tls';

/** Everything counted since the start. */
export interface Sums {
  readonly queries: Readonly<Record<Protocol, Readonly<Record<Family, number>>>>;
  /** By RCODE. */
  readonly rcodes: readonly number[];
  readonly withSubnet: number;
  readonly truncated: number;
  readonly silent: number;
  readonly dropped: number;
  readonly sendErrors: number;
  readonly cookies: CookieSums;
  readonly limited: LimitSums;
  readonly tcp: TcpSums;
  readonly tls: TlsSums;
  readonly rows: RowSums;
  readonly signedSets: SignedSetSums;
  /** For the pools of the files that are published, by number. */
  readonly pools: readonly PoolSum[];
}

/** Queries with a cookie, by what the cookie was worth. */
export interface CookieSums {
  readonly clientOnly: number;
  readonly invalid: number;
  readonly valid: number;
}

/** Queries over the limit of their client, by what was done with them. */
export interface LimitSums {
  readonly truncated: number;
  readonly badCookie: number;
  readonly dropped: number;
  /** Answered nevertheless. */
  readonly tried: number;
  /** All of them, by the size of the network that was over its limit, in the order of SIZES. */
  readonly networks: readonly number[];
}

/** The rows that workers keep: which mirrors may be answered to the clients of a catchment. */
export interface RowSums {
  readonly workedOut: number;
  /** Rows that were overwritten by others. */
  readonly overwritten: number;
  /** Octets in use, and how many there may be. */
  readonly memory: number;
  readonly memoryLimit: number;
}

/** Answers of signed pools, by where the signature of their addresses came from. */
export interface SignedSetSums {
  /** Signed now; signed before; or, since too many were to be signed, another set that was signed before. */
  readonly signed: number;
  readonly known: number;
  readonly stoodIn: number;
}

/** Connections over TCP or over TLS. */
export interface TcpSums {
  /** Open at this moment. */
  readonly open: number;
  readonly opened: number;
  /** Ended by the server, by reason. */
  readonly ended: Readonly<Record<CloseReason, number>>;
}

export interface TlsSums extends TcpSums {
  readonly handshakes: HandshakeSums;
}

/** TLS handshakes, by outcome. */
export interface HandshakeSums {
  readonly full: number;
  /** Resumed an earlier session. */
  readonly resumed: number;
  readonly failed: number;
  /** Not begun, since there were too many from the client's network. */
  readonly refused: number;
}

export interface PoolSum {
  readonly name: PoolName;
  /**
   * Answers with addresses of the pool, including those to names by which users choose. Counted as long as a pool of that
   * name exists.
   */
  readonly answers: number;
  /** Answers to clients that the pool refuses, counted likewise. */
  readonly refused: number;
  /** Those of `answers` that went to names by which users choose; absent: there are no such names. */
  readonly chosen?: number;
  /**
   * Answers to its own name since its table was published, by catchment; one number if catchments are not counted
   * separately.
   */
  readonly catchments: readonly number[];
  /** Answers with each of its addresses, in their order, counted as long as the address is in a pool of that name. */
  readonly addresses: readonly number[];
}

/** What one or several workers counted. */
export interface Tallied {
  readonly protocol: Protocol;
  readonly tally: ArrayLike<number>;
}

/** The sums of these counters, all but those of pools; `answering` of the workers still answer. */
export function sumTallies(all: readonly Tallied[], answering: number): Omit<Sums, 'pools'> {
  const add = (index: number, protocol?: Protocol): number =>
    all.reduce(
      (sum, worker) =>
        protocol === undefined || protocol === worker.protocol ? sum + (worker.tally[index] ?? 0) : sum,
      0,
    );
  const queries = (protocol: Protocol): Record<Family, number> => ({
    ipv4: add(TALLY.QUERIES_IPV4, protocol),
    ipv6: add(TALLY.QUERIES_IPV6, protocol),
  });
  const connections = (protocol: Protocol): TcpSums => ({
    open: add(TALLY.TCP_OPEN, protocol),
    opened: add(TALLY.TCP_OPENED, protocol),
    ended: {
      idle: add(TALLY.TCP_IDLE, protocol),
      slow: add(TALLY.TCP_SLOW, protocol),
      unread: add(TALLY.TCP_UNREAD, protocol),
      crowded: add(TALLY.TCP_CROWDED, protocol),
      'network-crowded': add(TALLY.TCP_NETWORK_CROWDED, protocol),
    },
  });
  return {
    queries: { udp: queries('udp'), tcp: queries('tcp'), tls: queries('tls') },
    rcodes: Array.from({ length: RCODES }, (_, rcode) => add(TALLY.RCODE + rcode)),
    withSubnet: add(TALLY.WITH_SUBNET),
    truncated: add(TALLY.TRUNCATED),
    silent: add(TALLY.SILENT),
    dropped: add(TALLY.DROPPED),
    sendErrors: add(TALLY.SEND_ERRORS),
    cookies: {
      clientOnly: add(TALLY.COOKIE_CLIENT_ONLY),
      invalid: add(TALLY.COOKIE_INVALID),
      valid: add(TALLY.COOKIE_VALID),
    },
    limited: {
      truncated: add(TALLY.LIMITED_TRUNCATED),
      badCookie: add(TALLY.LIMITED_BADCOOKIE),
      dropped: add(TALLY.LIMITED_DROPPED),
      tried: add(TALLY.LIMITED_TRIED),
      networks: SIZES.map((_, network) => add(TALLY.LIMITED_NETWORK + network)),
    },
    tcp: connections('tcp'),
    tls: {
      ...connections('tls'),
      handshakes: {
        full: add(TALLY.TLS_HANDSHAKES),
        resumed: add(TALLY.TLS_RESUMED),
        failed: add(TALLY.TLS_FAILED),
        refused: add(TALLY.TLS_REFUSED),
      },
    },
    rows: {
      workedOut: add(TALLY.ROWS_WORKED_OUT),
      overwritten: add(TALLY.ROWS_OVERWRITTEN),
      memory: add(TALLY.ROWS_OCTETS),
      memoryLimit: answering * ROWS_OCTETS,
    },
    signedSets: {
      signed: add(TALLY.SETS_SIGNED),
      known: add(TALLY.SETS_KNOWN),
      stoodIn: add(TALLY.SETS_STOOD_IN),
    },
  };
}

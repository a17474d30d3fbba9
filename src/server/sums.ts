/**
 * What was counted since the start, all workers together.
 */
import { SIZES } from '../answer/rate-limit.js';
import { ROWS_OCTETS } from '../answer/rows.js';
import type { PoolName } from '../answer/table.js';
import { RCODES, TALLY } from '../answer/tally.js';
import type { Family } from '../platform/types.js';
import type { CloseReason } from './tcp-admission.js';

export type Protocol = 'udp' | 'tcp' | 'tls';

/** All that was counted since the start. */
export interface Sums {
  readonly queries: Readonly<Record<Protocol, Readonly<Record<Family, number>>>>;
  /** By number. */
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
  /** Of the pools of the files that are published, by number. */
  readonly pools: readonly PoolSum[];
}

/** Queries with a cookie, by what it was worth. */
export interface CookieSums {
  readonly clientOnly: number;
  readonly invalid: number;
  readonly valid: number;
}

/** Queries that were too many for their client, by what came of them. */
export interface LimitSums {
  readonly truncated: number;
  readonly badCookie: number;
  readonly dropped: number;
  /** Answered all the same. */
  readonly tried: number;
  /** All of them by which network had too many, in the order of SIZES. */
  readonly networks: readonly number[];
}

/** What workers keep of who may be answered to the clients of a catchment. */
export interface RowSums {
  readonly workedOut: number;
  /** Those that gave their place to others. */
  readonly overwritten: number;
  /** Octets, and how many they may come to. */
  readonly memory: number;
  readonly memoryLimit: number;
}

/** Answers of signed pools by how their addresses came to be signed. */
export interface SignedSetSums {
  /** Now; before; and others that were, since too many were to be signed. */
  readonly signed: number;
  readonly known: number;
  readonly stoodIn: number;
}

/** Connections over TCP, or over TLS. */
export interface TcpSums {
  /** At this moment. */
  readonly open: number;
  readonly opened: number;
  /** Ended by the server, by why. */
  readonly ended: Readonly<Record<CloseReason, number>>;
}

export interface TlsSums extends TcpSums {
  readonly handshakes: HandshakeSums;
}

/** TLS handshakes, by what came of them. */
export interface HandshakeSums {
  readonly full: number;
  /** With a session from before. */
  readonly resumed: number;
  readonly failed: number;
  /** Too many of their network: not begun. */
  readonly refused: number;
}

export interface PoolSum {
  readonly name: PoolName;
  /** Answers with addresses of the pool, for as long as there is a pool of that name; those to names by which users choose too. */
  readonly answers: number;
  /** Answers to clients whom it refuses, likewise. */
  readonly refused: number;
  /** Those of `answers` that were to such names; absent: there are none. */
  readonly chosen?: number;
  /** Those to its own since its table was published, by catchment; one number where catchments are not counted apart. */
  readonly catchments: readonly number[];
  /** Those that had each of its addresses, in their order, for as long as they are in a pool of that name. */
  readonly addresses: readonly number[];
}

/** What one worker counted, or several did. */
export interface Tallied {
  readonly protocol: Protocol;
  readonly tally: ArrayLike<number>;
}

/** The sums but for pools, of these, some of which answer still. */
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

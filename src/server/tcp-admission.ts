/**
 * Who may stay connected over TCP, decided apart from sockets and timers. A connection costs memory and a descriptor
 * for as long as its client likes, so there are so many at the most, in all and from one network; when there is no room
 * the one that was idle longest makes it (RFC 7766 §6.2.3: a server may close idle connections to make room).
 * And each is always in one of three states, with a time at which it is over:
 *
 *     idle ────▶ no part of a query is here: up to `idle` milliseconds since the last whole one (RFC 7766 §6.2.3)
 *     sending ─▶ a query has begun: up to `exchange` from its first octet to its last
 *     reading ─▶ answers wait for the client: up to `exchange` until it has taken all of them
 *
 * No octet on its own moves any of these times: a client that gives or takes one a second wins nothing by it. That a
 * client is busy counts from whole queries alone, also for who was idle longest.
 */

export interface TcpLimits {
  /** Connections at a time. */
  readonly connections: number;
  /** The same of one client network: an IPv4 /24, an IPv6 /48. */
  readonly perNetwork: number;
  /** Milliseconds without a query. */
  readonly idle: number;
  /** Milliseconds for a query to come whole, and for the answers that wait to be taken. */
  readonly exchange: number;
}

/** 37 s idle, as gdnsd has it; a network has a tenth of the room. */
export const DEFAULT_TCP_LIMITS: TcpLimits = {
  connections: 1000,
  perNetwork: 100,
  idle: 37_000,
  exchange: 10_000,
};

export type TcpState = 'idle' | 'sending' | 'reading';

/** Why a connection must end. */
export type CloseReason = 'idle' | 'slow' | 'unread' | 'crowded' | 'network-crowded';

export interface ClosedConnection<C> {
  readonly connection: C;
  readonly why: CloseReason;
}

export interface TcpAdmission<C> {
  /** Lets a connection from an address (4 or 16 octets) in; gives those that must make room for it, which have left. */
  admit(connection: C, address: Uint8Array, now: number): readonly ClosedConnection<C>[];
  /** Says in what state a connection is, and whether that came of a whole query: then its times start anew. */
  note(connection: C, state: TcpState, whole: boolean, now: number): void;
  /** It ended by itself. */
  leave(connection: C): void;
  /** Those whose time is over, which have left. */
  overdue(now: number): readonly ClosedConnection<C>[];
  /** How many there are. */
  size(): number;
}

interface Connection {
  readonly network: number;
  state: TcpState;
  /** When the state began. */
  since: number;
}

/** Nobody is connected; times are milliseconds of any one clock that never goes back. */
export function createAdmission<C>(limits: TcpLimits): TcpAdmission<C> {
  /** In the order of their last whole queries: the first was idle longest. */
  const members = new Map<C, Connection>();
  /** By network, in the same order. */
  const networks = new Map<number, Set<C>>();

  function leave(connection: C): void {
    const member = members.get(connection);
    if (member === undefined) return;
    members.delete(connection);
    const neighbours = networks.get(member.network);
    neighbours?.delete(connection);
    if (neighbours?.size === 0) networks.delete(member.network);
  }

  function dismiss(connections: Iterable<C>, why: CloseReason): ClosedConnection<C>[] {
    for (const connection of connections) {
      leave(connection);
      return [{ connection, why }];
    }
    return [];
  }

  return {
    admit(connection, address, now) {
      const network = networkOf(address);
      const neighbours = networks.get(network);
      const leaving =
        neighbours !== undefined && neighbours.size >= limits.perNetwork
          ? dismiss(neighbours, 'network-crowded')
          : members.size >= limits.connections
            ? dismiss(members.keys(), 'crowded')
            : [];
      members.set(connection, { network, state: 'idle', since: now });
      // Looked up again: the last one of a network may just have left it.
      const own = networks.get(network) ?? new Set();
      networks.set(network, own.add(connection));
      return leaving;
    },
    note(connection, state, whole, now) {
      const member = members.get(connection);
      if (member === undefined) return;
      if (whole) {
        const neighbours = networks.get(member.network);
        neighbours?.delete(connection);
        neighbours?.add(connection);
        members.delete(connection);
        members.set(connection, member);
      }
      // Answers that wait are waited for from the first of them on, however many are asked for meanwhile.
      if (state === member.state && (!whole || state === 'reading')) return;
      member.state = state;
      member.since = now;
    },
    leave,
    overdue(now) {
      const leaving: ClosedConnection<C>[] = [];
      for (const [connection, { state, since }] of members) {
        const limit = state === 'idle' ? limits.idle : limits.exchange;
        if (now - since >= limit) leaving.push({ connection, why: ENDING[state] });
      }
      for (const { connection } of leaving) leave(connection);
      return leaving;
    },
    size: () => members.size,
  };
}

const ENDING: Readonly<Record<TcpState, CloseReason>> = { idle: 'idle', sending: 'slow', reading: 'unread' };

/** A number for the network of an address: the first 24 bits of IPv4, the first 48 of IPv6, apart from each other. */
export function networkOf(address: Uint8Array): number {
  const octets = address.length === 4 ? 3 : 6;
  let network = address.length === 4 ? 0 : 1;
  for (let i = 0; i < octets; i++) network = network * 256 + (address[i] ?? 0);
  return network;
}

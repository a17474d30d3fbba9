/**
 * Which connections may stay open over TCP, decided without sockets and timers. A connection costs memory and a descriptor
 * for as long as its client likes, so their number is limited, in all and for one network. If there is no room, the
 * connection that has been idle longest is closed (RFC 7766 §6.2.3: a server may close idle connections to make room). Each
 * connection is always in one of three states, each with a time limit:
 *
 *     idle ────▶ no part of a query is here: up to `idle` milliseconds since the last whole one (RFC 7766 §6.2.3)
 *     sending ─▶ a query has begun: up to `exchange` from its first octet to its last
 *     reading ─▶ answers wait for the client: up to `exchange` until it has taken all of them
 *
 * No single octet extends any of these times: a client gains nothing by sending or reading one a second. Only whole queries
 * count as activity, also when the longest idle connection is sought.
 */

export interface TcpLimits {
  /** Connections open at the same time. */
  readonly connections: number;
  /** The same for one client network: an IPv4 /24, an IPv6 /48. */
  readonly perNetwork: number;
  /** Milliseconds without a query. */
  readonly idle: number;
  /** Milliseconds for a query to arrive whole, and for the client to read the answers that wait. */
  readonly exchange: number;
}

/** 37 s idle, as in gdnsd; one network gets a tenth of the room. */
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
  /**
   * Admits a connection from an address (4 or 16 octets). Returns the connections that must make room for it, already
   * removed.
   */
  admit(connection: C, address: Uint8Array, now: number): readonly ClosedConnection<C>[];
  /** Sets a connection's state. `whole`: it completed a query, so its times start again. */
  note(connection: C, state: TcpState, whole: boolean, now: number): void;
  /** Removes a connection that has ended. */
  leave(connection: C): void;
  /** Returns the connections whose time is over, already removed. */
  overdue(now: number): readonly ClosedConnection<C>[];
  /** How many connections there are. */
  size(): number;
}

interface Connection {
  readonly network: number;
  state: TcpState;
  /** When the state began. */
  since: number;
}

/** Starts with no connections. Times are milliseconds of any one clock that never goes back. */
export function createAdmission<C>(limits: TcpLimits): TcpAdmission<C> {
  /** In the order of their last whole queries: the first has been idle longest. */
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
      // Looked up again, since the network's last connection may just have been removed.
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
      // The time for reading runs from the first answer that waits, however many queries follow meanwhile.
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

/** A number for the network of an address: the first 24 bits of IPv4, the first 48 of IPv6, in separate ranges. */
export function networkOf(address: Uint8Array): number {
  const octets = address.length === 4 ? 3 : 6;
  let network = address.length === 4 ? 0 : 1;
  for (let i = 0; i < octets; i++) network = network * 256 + (address[i] ?? 0);
  return network;
}

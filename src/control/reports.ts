/**
 * What the control socket answers, as JSON. Scripts rely on these shapes: they may grow, but nothing in them is renamed.
 */
import type { Family, Verdict } from '../facts.js';

/** `status --json`. */
export interface StatusReport {
  readonly version: string;
  readonly generation: number;
  readonly transport: 'batched' | 'portable';
  readonly listen: readonly string[];
  /** When the process started; RFC 3339. */
  readonly started: string;
  readonly worker_deaths: number;
  readonly state_write_failures: number;
  /** Verdicts that did not fall since this host's own network was doubted. */
  readonly withheld_falls: number;
  readonly zones: readonly ZoneReport[];
  /** Zone files that serve nothing at all: they are wrong and no good copy was ever kept. */
  readonly refused: readonly { readonly file: string; readonly error: string }[];
  /** Mirrors' names that are resolved. */
  readonly hostnames: readonly HostnameReport[];
  readonly geo: readonly GeoReport[];
  /** What is wrong with the databases that were asked for, in words; the ones in `geo` serve meanwhile. */
  readonly geo_problems: readonly string[];
  readonly updates: readonly UpdateReport[];
  readonly counters: CountersReport;
  readonly notifications: readonly NotificationReport[];
  /** Why the last reload changed nothing, where it failed as a whole. */
  readonly reload_error?: string;
}

export interface HostnameReport {
  readonly hostname: string;
  /** The last known. */
  readonly addresses: readonly string[];
  /** When it last could be resolved; RFC 3339. */
  readonly resolved?: string;
  /** Why it can't be now. */
  readonly error?: string;
}

export interface ZoneReport {
  readonly zone: string;
  readonly serial: number;
  readonly file: string;
  /** The file is wrong; the copy of its last good state is served. One line for each fault. */
  readonly error?: string;
  readonly pools: readonly PoolReport[];
}

export interface PoolReport {
  /** The owner name, absolute. */
  readonly name: string;
  readonly panic: { readonly ipv4: boolean; readonly ipv6: boolean };
  /** No canary answers, so it is this host's network that fails: no verdict falls. */
  readonly frozen: { readonly ipv4: boolean; readonly ipv6: boolean };
  readonly canaries: readonly CanaryReport[];
  readonly mirrors: readonly MirrorReport[];
}

/** A canary as it was last asked in a family. */
export interface CanaryReport {
  readonly canary: string;
  readonly family: Family;
  /** `absent`: it has no address of the family. */
  readonly answer: 'answers' | 'silent' | 'absent';
  readonly at: string;
}

/** One address of a mirror in a pool. */
export interface MirrorReport {
  readonly name: string;
  readonly family: Family;
  readonly address: string;
  readonly state: Verdict;
  readonly cause?: string;
  /** Answered when it is up: its weight is not 0 and nobody disabled it. */
  readonly enabled: boolean;
  readonly weight: number;
  /** Since when it has this state; RFC 3339. */
  readonly since: string;
  /** It came back a short while ago: so many tenths of its weight and cap, while the others fill the answer. */
  readonly growth?: number;
  /** When it came back from being down; absent: it never was. RFC 3339. */
  readonly returned?: string;
  /** Its probes failed, but this host's own network is doubted: it stays as it was. */
  readonly withheld?: true;
  /** Why it can't be probed, through no fault of its own: it stays as it was. */
  readonly not_judged?: string;
  /** It flaps, and is not to come back before this; RFC 3339. */
  readonly held_until?: string;
  /** The latest of all its probes. */
  readonly last_probe?: LastProbeReport;
  /** Each of its probes: it is up when all are. */
  readonly probes: readonly ProbeReport[];
  /** How fast it sent the last sample, in octets a second. */
  readonly rate?: number;
  /** What to mind, though it is no verdict: a certificate that is about to end. */
  readonly warnings?: readonly string[];
  readonly override?: OverrideReport;
}

/** One probe of an address. */
export interface ProbeReport {
  readonly type: string;
  readonly path?: string;
  readonly module?: string;
  readonly port?: number;
  readonly state: Verdict;
  readonly cause?: string;
  readonly since: string;
  readonly held_until?: string;
  readonly last_probe?: LastProbeReport;
  readonly warning?: string;
}

export interface LastProbeReport {
  readonly at: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly error?: string;
  /** Octets a second. */
  readonly rate?: number;
  /** When its certificate ends; RFC 3339. */
  readonly certificate_ends?: string;
}

/** `probe --json`: one probe that was made just now. */
export interface ProbeResultReport {
  readonly mirror: string;
  readonly address: string;
  readonly type: string;
  readonly ok: boolean;
  /** Null where it is good. */
  readonly cause: string | null;
  /** Each with its milliseconds, and what was found or compared with what. */
  readonly steps: readonly {
    readonly step: string;
    readonly ms: number;
    readonly detail?: string;
    readonly error?: string;
  }[];
  readonly zone: string;
  readonly pool: string;
  readonly path?: string;
  readonly module?: string;
  readonly port?: number;
  /** In all. */
  readonly ms: number;
  readonly rate?: number;
  readonly certificate_ends?: string;
  readonly warning?: string;
}

export interface OverrideReport {
  /** `down`: in no answer. `up`: as if all probes were good. */
  readonly state: 'down' | 'up';
  readonly reason: string;
  readonly since: string;
  readonly until?: string;
  /** Who said so, where that is known. */
  readonly by?: string;
  /** The zone file that says so; absent: it was said over the control socket. */
  readonly file?: string;
}

/** A location database that serves. */
export interface GeoReport {
  /** The database's own name of its type, such as GeoLite2-City. */
  readonly type: string;
  readonly source: 'configured' | 'updated' | 'embedded';
  /** When it was made, in seconds since 1970. */
  readonly build_epoch: number;
  readonly path: string;
}

export interface UpdateReport {
  readonly edition: string;
  readonly last_check?: string;
  readonly last_success?: string;
  readonly last_error?: string;
  readonly next_run?: string;
}

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

export interface PoolCountersReport {
  readonly zone: string;
  /** The owner name, absolute. */
  readonly name: string;
  readonly family: Family;
  /** Answers with addresses of the pool. */
  readonly answers: number;
  /** The same by catchment, since zones or databases last changed; one number where there are too many to count apart. */
  readonly catchments: readonly number[];
}

/** What a reload did: which files are wrong, in words. The zones of the others are served as they are now. */
export interface ReloadReport {
  readonly generation: number;
  readonly zones: number;
  readonly faults: readonly string[];
}

export interface GeoUpdateReport {
  readonly editions: readonly {
    readonly edition: string;
    readonly outcome: 'current' | 'updated' | 'failed';
    readonly reason?: string;
  }[];
}

/** What is remembered of the mirrors. */
export interface HistoryReport {
  /** When it was so; RFC 3339. */
  readonly at: string;
  /** The oldest first. */
  readonly transitions: readonly TransitionReport[];
  readonly addresses: readonly AddressHistoryReport[];
  readonly mirrors: readonly StrikesReport[];
}

/** `history --json` is a list of these. */
export interface TransitionReport {
  readonly zone: string;
  readonly pool: string;
  readonly mirror: string;
  readonly address: string;
  readonly at: string;
  readonly from: Verdict;
  readonly to: Verdict;
  /** Why it went down; empty where it did not. */
  readonly cause: string;
}

export interface AddressHistoryReport {
  readonly zone: string;
  readonly pool: string;
  readonly mirror: string;
  readonly address: string;
  readonly family: Family;
  /** As it was last seen. */
  readonly state: Verdict;
  /** It is probed now. */
  readonly watched: boolean;
  /** The part of the time that it was up, 0 to 1, by days back; null where nobody watched at all. */
  readonly availability: Readonly<Record<Days, number | null>>;
}

export type Days = '1' | '7' | '30' | '180';

export interface StrikesReport {
  readonly zone: string;
  readonly mirror: string;
  /** Its outages of the last six months that count, the oldest first. */
  readonly strikes: readonly {
    readonly from: string;
    /** Absent: it still lasts. */
    readonly to?: string;
    readonly minutes: number;
  }[];
  readonly struck_twice: boolean;
}

/** A channel over which people are told, since the start. */
export interface NotificationReport {
  readonly channel: string;
  /** Messages that arrived, and that were given up after about an hour. */
  readonly sent: number;
  readonly failed: number;
  /** Events that were too many, and that wait. */
  readonly dropped: number;
  readonly waiting: number;
  readonly last_error?: string;
}

export interface NotifyTestReport {
  readonly channels: readonly { readonly channel: string; readonly ok: boolean; readonly reason?: string }[];
}

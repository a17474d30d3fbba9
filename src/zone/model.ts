/**
 * A zone as the rest of the program knows it: every default filled in, every reference followed, every text already
 * bytes. Plain objects, so that it can be handed between threads. Whoever holds a `Zone` need check nothing again.
 */
import type { Family } from '../facts.js';
import type { Address } from '../ip/address.js';
import type { Prefix } from '../ip/prefix.js';
import type { RecordData } from './record-text.js';
import type { Position } from './tree.js';

export interface Zone {
  /** The zone's name: lower case, no trailing dot. */
  readonly name: string;
  /** The file it was read from, as the operator named it. */
  readonly file: string;
  /** Name servers, absolute, no trailing dot. */
  readonly ns: readonly string[];
  readonly soa: Soa;
  /** Seconds; for pool answers. */
  readonly ttl: number;
  readonly pools: readonly Pool[];
  readonly mirrors: readonly Mirror[];
  /** Special-purpose networks that host names of mirrors and redirects may lead into. */
  readonly specialAddresses: readonly Prefix[];
  readonly records: readonly StaticRrset[];
  /** Those that have ended too. */
  readonly overrides: readonly StatedOverride[];
}

/** Names absolute without trailing dot; times in seconds. */
export interface Soa {
  readonly mname: string;
  readonly rname: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
  readonly ttl: number;
}

export interface Pool {
  /** The owner name as the file has it, relative to the zone; "@" is the apex. */
  readonly name: string;
  /** Where the file says so. */
  readonly at: Position;
  /** The owner name, absolute, lower case, no trailing dot. */
  readonly owner: string;
  /** Addresses in an answer, 1 to 8. */
  readonly answers: number;
  /** Above 0, at most 1. */
  readonly maxShare: number;
  /** Kilometres, 0 to 20037 and more. */
  readonly nearKm: number;
  readonly sameCountryFirst: boolean;
  /** 0 to 1. */
  readonly panicThreshold: number;
  /** Asked before a verdict may fall; none: it may always. */
  readonly canaries: readonly Canary[];
  /** Milliseconds in which a mirror that came back grows to its whole part; 0: at once. */
  readonly slowStart: number;
  /** Seconds, at most the zone's `ttl`: the least TTL of answers that may soon be others. */
  readonly ttlMin: number;
  /** At least one, in the order of the file. */
  readonly members: readonly Member[];
}

/** An address that should always answer. */
export type Canary = {
  /** As the file has it. */
  readonly text: string;
  /** An address, or, where there is no family, a name. */
  readonly host: string;
  /** Absent: of both. */
  readonly family?: Family;
  readonly port: number;
} & ({ readonly type: 'tcp' } | { readonly type: 'http' | 'https'; readonly path: string });

/** A mirror in one pool, and how it is probed there (the pool's probes with the mirror's own keys over them). */
export interface Member {
  /** Index into the zone's `mirrors`. */
  readonly mirror: number;
  /** At least one; it is up when all of them say so. */
  readonly probes: readonly Probe[];
}

/** What the file says over all probes of some mirrors. */
export interface StatedOverride {
  /** Names; at least one. */
  readonly mirrors: readonly string[];
  readonly state: 'down' | 'up';
  readonly reason: string;
  /** When it ends, in milliseconds since 1970; absent: when it is taken out of the file. */
  readonly until?: number;
  readonly by?: string;
}

export interface Mirror {
  readonly name: string;
  /** Of either family, in the order of the file: at least one, unless it is known by a name that has none yet. */
  readonly addresses: readonly Address[];
  /** Where its addresses come from, absolute; absent: from the file. */
  readonly hostname?: string;
  /** 0: disabled, never answered. */
  readonly weight: number;
  readonly location: StatedLocation;
  /** AS numbers whose clients come here first. */
  readonly asn: readonly number[];
  /** Clients in these come here and nowhere else while it is up. */
  readonly networks: readonly Prefix[];
  /** The clients that may be sent here; all of them where a rule is absent. */
  readonly admits: Admission;
  readonly notes?: string;
  readonly email?: string;
}

/** What the operator says of a mirror's place; any part may be absent. Latitude and longitude come together. */
export interface StatedLocation {
  readonly country?: string;
  readonly latitude?: number;
  readonly longitude?: number;
}

/** Countries are ISO 3166-1 alpha-2, upper case. Only one of the country rules is ever present. */
export interface Admission {
  readonly onlyCountries?: readonly string[];
  readonly exceptCountries?: readonly string[];
  readonly onlyNetworks?: readonly Prefix[];
}

export type Probe = HttpProbe | TcpProbe | RsyncProbe | NoProbe;

/** Milliseconds, and how many in a row turn a verdict. */
export interface ProbeTiming {
  /** Start to start. */
  readonly interval: number;
  /** Start to start while in doubt. */
  readonly fastInterval: number;
  readonly timeout: number;
  readonly fall: number;
  readonly rise: number;
}

export interface HttpProbe extends ProbeTiming {
  readonly type: 'http' | 'https';
  readonly port: number;
  /** Host header, and the name in the TLS handshake. */
  readonly host: string;
  readonly path: string;
  /** That of the plain request; what looks at a body is asked by GET in any case. */
  readonly method: 'GET' | 'HEAD';
  /** Status codes that count as good. */
  readonly expect: readonly number[];
  /** Octets that must be given when they are asked for alone. */
  readonly range?: OctetRange;
  /** `same-mirror`: followed as long as they lead to this mirror; `follow`: wherever they lead. */
  readonly redirects: Redirects;
  /** What the body must contain. */
  readonly contains?: Contents;
  /** Whether the certificate has to be valid, and for the host. */
  readonly verify: boolean;
  /** A certificate that ends sooner than this is worth a warning, in milliseconds. */
  readonly certWarn: number;
  /** The file's date must not be older than this, in milliseconds. */
  readonly maxAge?: number;
  readonly speed?: Speed;
}

export type Redirects = 'none' | 'same-mirror' | 'follow';

/** The first and the last octet, both included, counted from 0. */
export interface OctetRange {
  readonly first: number;
  readonly last: number;
}

export type Contents = { readonly text: string } | { readonly pattern: string; readonly flags: string };

export interface Speed {
  /** Octets a second, above 0. */
  readonly minRate: number;
  /** Octets that it is measured over. */
  readonly sample: number;
}

export interface TcpProbe extends ProbeTiming {
  readonly type: 'tcp';
  readonly port: number;
}

export interface RsyncProbe extends ProbeTiming {
  readonly type: 'rsync';
  readonly port: number;
  /** The module that must be listed; absent: the greeting will do. */
  readonly module?: string;
}

/** Never probed: always up. */
export interface NoProbe {
  readonly type: 'none';
}

/** One RRset of the zone file's `records`. */
export interface StaticRrset {
  /** Absolute, lower case, no trailing dot; may start with `*.`. */
  readonly owner: string;
  /** One of RECORD_FORMS (record-forms.ts); any other as TYPE44, its data RAW. */
  readonly type: string;
  /** Seconds. */
  readonly ttl: number;
  readonly data: readonly RecordData[];
}
